use std::collections::BTreeMap;

use plotters::coord::ranged1d::Ranged;

use super::figure::{Figure, Kind};
use super::fixtures::{barriers, certificates, certified, experiment, lost, parent, row, speeds};
use super::span::Margins;
use super::spread::Spread;
use super::value_axis::ValueAxis;
use super::*;

fn drawn(rows: &[CurveRow]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let written = draw(rows, Bars::Deviation, folder.path()).unwrap();
    let name = |path: &Path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned();
    written.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

#[test]
fn every_figure_is_a_png_of_twice_the_points_and_an_svg() {
    let files = drawn(&experiment());
    assert_eq!(files.len(), 18);
    assert!(files.contains_key("plots/accuracy-one-shot-none.svg"));
    for (name, bytes) in files {
        if name.ends_with(".png") {
            let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let frame = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((frame.width, frame.height), (1600, 1100), "{name}");
        } else {
            let svg = String::from_utf8(bytes).unwrap();
            assert!(
                svg.starts_with("<svg width=\"800\" height=\"550\" viewBox=\"0 0 3200 2200\""),
                "{name}"
            );
            assert!(
                svg.contains("font-family=\"sans-serif\"") && svg.trim_end().ends_with("</svg>"),
                "{name}"
            );
        }
    }
}

/// The figure of certificates alone.
fn certificate() -> Option<Figure> {
    figures::figures(&certificates(), Bars::Deviation)
        .into_iter()
        .find(|figure| figure.kind == Kind::Certificate)
}

#[test]
fn no_point_and_no_bar_is_cropped() {
    let margins = Margins { start: 40.0, end: 40.0 };
    let stopped = experiment()
        .into_iter()
        .zip(1..)
        .map(|(row, k)| CurveRow { best_validation_iteration: Some(100 * k), ..row });
    let stopped: Vec<CurveRow> = stopped.collect();
    let figures = figures::figures(&stopped, Bars::Interval).into_iter();
    assert!(figures.as_slice().iter().any(|figure| figure.kind == Kind::Stop));
    let figures = figures.chain(certificate()).chain(speed::speed(&speeds()));
    let figures = figures.chain(stability::figures(&barriers(), Bars::Deviation));
    for figure in figures {
        let axis = ValueAxis::of(&figure, 1400.0, margins, 80.0);
        let spreads: Vec<Spread> = figure.spreads().collect();
        let expected = match figure.kind {
            Kind::Accuracy | Kind::Stop => 8 * figure.series.len() + 1,
            // Of both bounds and changes, but for one density without a change.
            Kind::Certificate => 2 * 6 * figure.series.len() - 1,
            // The dense network and two others, for forward passes and training steps.
            Kind::Speed => 2 * 3 * figure.series.len(),
            // The dense network at two moments, and a pruned one at both.
            Kind::Stability => 2 * 2,
            Kind::Layers | Kind::Steps => unreachable!("none is among these"),
        };
        assert_eq!(spreads.len(), expected, "{}", figure.name);
        let ends = spreads.iter().flat_map(|spread| {
            let (low, high) = spread.ends.unwrap_or((spread.mean, spread.mean));
            [low, spread.mean, high]
        });
        for value in ends.chain(figure.theory().map(|(_, value)| value)) {
            let pixel = axis.map(&value, (1400, 0));
            assert!((40..=1360).contains(&pixel), "{value} in {}", figure.name);
        }
    }
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let rows: Vec<CurveRow> =
        experiment().into_iter().filter(|row| row.retraining != "none").collect();
    assert!(drawn(&rows) == drawn(&rows));
}

#[test]
fn no_picture_without_pruned_networks() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(draw(&[], Bars::Deviation, folder.path()).unwrap(), Vec::<PathBuf>::new());
    assert_eq!(
        draw(&[parent(1, 0.98)], Bars::Deviation, folder.path()).unwrap(),
        Vec::<PathBuf>::new()
    );
    assert!(!folder.path().join("plots").exists());
}

#[test]
fn certificates_have_a_picture_and_leave_the_others_as_they_are() {
    let files = drawn(&certificates());
    let svg = String::from_utf8(files["plots/certificate-one-shot.svg"].clone()).unwrap();
    for text in ["one-shot pruning · no retraining", "sipp-hybrid", "propagated bound", "10,000"] {
        assert!(svg.contains(text), "{text}");
    }
    let mut rows = certificates();
    for row in &mut rows {
        (row.logit_bound_median, row.logit_change_median) = (None, None);
    }
    let mut others = files;
    others.retain(|name, _| !name.contains("certificate"));
    assert!(drawn(&rows) == others);
}

#[test]
fn odd_rows_give_pictures_all_the_same() {
    let one = |accuracy| row("sipp", "rewind", 1, 0.5, accuracy);
    let empty = CurveRow { density: 0.0, ..one(0.1) };
    let cases = [
        vec![one(0.98)],
        vec![one(0.0), one(0.0)],
        vec![one(1.0), one(1.0), parent(1, 1.0)],
        vec![one(0.0), one(1.0)],
        vec![one(f64::NAN)],
        vec![lost("sipp", "rewind", 1, 0.5)],
        vec![lost("sipp", "rewind", 1, 0.5), parent(1, 0.98), parent(2, 0.98)],
        vec![empty],
    ];
    for rows in cases {
        assert_eq!(drawn(&rows).len(), 2, "{rows:?}");
    }
    let odd = [(1.0, 1.0), (1e-300, 1e300), (f64::INFINITY, 0.0), (f64::NAN, -1.0), (1e30, 0.5)];
    for (values, files) in odd.into_iter().zip([4, 4, 2, 2, 4]) {
        assert_eq!(drawn(&[certified("sipp", "none", 1, 0.5, values)]).len(), files, "{values:?}");
    }
    for asked in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(drawn(&[CurveRow { density_asked: asked, ..one(0.5) }]).len(), 0, "{asked}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plots"), "").unwrap();
    let message = draw(&experiment(), Bars::Deviation, folder.path()).unwrap_err().to_string();
    assert!(message.contains("plots"), "{message}");
}

//! Figures in pieces, for pages that lay them out by themselves.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::style::RGBColor;

use super::caption::caption;
use super::curves::{self, Placed};
use super::figure::{Figure, Kind};
use super::key::{self, Sample};
use super::layout::{KEY_LINE, MARGIN, SAMPLE, px};
use super::pen::Drawn;
use super::plane::Plane;
use super::series::Point;
use super::spread::Spread;
use super::text::{Lettering, number, register_fonts};
use super::{axes, density_axis};

/// Size of a chart, in points: two stand side by side on a desk, and one is legible on a phone.
const SIZE: (f64, f64) = (450.0, 340.0);

/// A figure without title and key: what it shows, as parts of an SVG picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Name of the figure's files, without extension.
    pub name: String,
    /// What all series have in common.
    pub subtitle: String,
    /// What the series differ in.
    pub compared: &'static str,
    /// What a reader must know to believe it.
    pub caption: String,
    /// Width and height of the view box.
    pub size: (u32, u32),
    /// Axes, grid and labels.
    pub ground: String,
    /// The dense parent, where there is one.
    pub parent: Option<Piece>,
    /// The series, in the order of the key.
    pub series: Vec<Piece>,
}

/// A series, or the parent.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Its name.
    pub label: String,
    /// Its colour, as `#0072B2`.
    pub colour: String,
    /// Its sample in the key, in a view box of [`Piece::SAMPLE`].
    pub sample: String,
    /// Its lines, bars and markers.
    pub drawing: String,
    /// Its points.
    pub marks: Vec<Mark>,
}

impl Piece {
    /// Width and height of the view box of a sample.
    pub const SAMPLE: (u32, u32) = (172, 84);
}

/// A point that can be pointed at.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Its column in the view box.
    pub x: i32,
    /// Its line.
    pub y: i32,
    /// All that it stands for.
    pub text: String,
}

/// The figure in pieces; `None` where it has no axes.
pub(super) fn chart(figure: &Figure) -> Result<Option<Chart>, String> {
    register_fonts()?;
    let size = (px(SIZE.0).unsigned_abs(), px(SIZE.1).unsigned_abs());
    let (ground, plane) = fragment(size, |area| {
        let area = area.margin(px(MARGIN / 2.0), 0, 0, px(MARGIN / 2.0));
        axes::draw(&area, figure, Lettering::SVG)
    })?;
    let Some(plane) = plane else { return Ok(None) };
    let placed = curves::place(&plane, figure);
    let lines = figure.series.iter().zip(placed.chunks_exact(2));
    let series = lines.map(|(series, lines)| {
        let (drawing, ()) = fragment(size, |area| {
            lines.iter().try_for_each(|line| line.stroke(area))?;
            lines.iter().try_for_each(|line| line.mark(area))
        })?;
        let kinds = match figure.kind {
            Kind::Certificate => [", bound", ", measured"],
            Kind::Speed => [", forward pass", ", training step"],
            Kind::Accuracy | Kind::Stop | Kind::Layers | Kind::Stability | Kind::Steps => ["", ""],
        };
        let marks = lines
            .iter()
            .zip(kinds)
            .flat_map(|(line, kind)| marks(line, figure.kind, &format!("{}{kind}", series.label)));
        Ok(Piece {
            label: series.label.clone(),
            colour: hexadecimal(series.look.colour),
            sample: sample(&Sample::Line(series.look))?,
            drawing,
            marks: marks.collect(),
        })
    });
    let series = series.collect::<Result<_, String>>()?;
    let parent = figure.parent.map(|parent| parent_piece(size, &plane, figure.kind, parent));
    Ok(Some(Chart {
        name: figure.name.clone(),
        subtitle: figure.subtitle.clone(),
        compared: figure.compared,
        caption: caption(figure),
        size,
        ground,
        parent: parent.transpose()?,
        series,
    }))
}

fn parent_piece(
    size: (u32, u32),
    plane: &Plane,
    kind: Kind,
    parent: Spread,
) -> Result<Piece, String> {
    let (drawing, ()) = fragment(size, |area| curves::draw_parent(area, plane, &parent))?;
    let text = format!("{}: {}", key::PARENT_LABEL, value_text(kind, parent));
    Ok(Piece {
        label: key::PARENT_LABEL.to_owned(),
        colour: hexadecimal(curves::PARENT),
        sample: sample(&Sample::Parent { band: parent.ends.is_some() })?,
        drawing,
        marks: vec![Mark { x: plane.x.1, y: plane.line(parent.mean), text }],
    })
}

fn marks(line: &Placed<'_>, kind: Kind, label: &str) -> Vec<Mark> {
    let mark = |point: &Point| {
        let value = point.value?;
        let (x, y) = line.pixel(point, value.mean);
        let place = match kind {
            Kind::Stability => format!("iteration {}", kind.density_label()(point.asked)),
            _ => density(point),
        };
        let text = format!("{label}, {place}: {}", value_text(kind, value));
        Some(Mark { x, y, text })
    };
    line.points.iter().filter_map(mark).collect()
}

/// The density that was asked for, and what came of it where that is another.
fn density(point: &Point) -> String {
    let [asked, achieved] = [point.asked, point.density].map(density_axis::percent);
    if asked == achieved {
        format!("density {asked} %")
    } else {
        format!("density {asked} % (achieved {achieved} %)")
    }
}

/// Mean, ends of the bar and number of seeds.
fn value_text(kind: Kind, value: Spread) -> String {
    let shown = |value: f64| match kind {
        Kind::Accuracy | Kind::Stability => format!("{:.2}", 100.0 * value),
        Kind::Layers => number(value, 3),
        Kind::Stop | Kind::Steps => number(value, 1),
        Kind::Certificate | Kind::Speed => format!("{value:.3}"),
    };
    let unit = if matches!(kind, Kind::Accuracy | Kind::Layers) { " %" } else { "" };
    let ends = value.ends.map(|(low, high)| format!(" [{}, {}]", shown(low), shown(high)));
    let trials = (value.trials > value.seeds).then(|| format!(" ({} trials)", value.trials));
    format!(
        "{}{unit}{}, n = {}{}",
        shown(value.mean),
        ends.unwrap_or_default(),
        value.seeds,
        trials.unwrap_or_default()
    )
}

fn sample(sample: &Sample) -> Result<String, String> {
    // Sizes of letters and lines are the same as in the picture.
    debug_assert_eq!(Piece::SAMPLE.1 as i32, px(KEY_LINE));
    let middle = px(KEY_LINE) / 2;
    let ends =
        ((Piece::SAMPLE.0 as i32 - px(SAMPLE)) / 2, (Piece::SAMPLE.0 as i32 + px(SAMPLE)) / 2);
    let draw = |area: &Area<'_>| key::draw_sample(area, sample, ends, middle, px(KEY_LINE));
    Ok(fragment(Piece::SAMPLE, draw)?.0)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// What is drawn, as SVG without the element around it.
fn fragment<T>(
    size: (u32, u32),
    draw: impl for<'a> FnOnce(&Area<'a>) -> Drawn<SVGBackend<'a>, T>,
) -> Result<(String, T), String> {
    let mut svg = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let drawn = draw(&area).map_err(|error| error.to_string())?;
        area.present().map_err(|error| error.to_string())?;
        drawn
    };
    let inner = svg.split_once('>').map_or("", |(_, inner)| inner).trim();
    let inner = inner.strip_suffix("</svg>").unwrap_or(inner).trim();
    Ok((inner.replace(" opacity=\"1\"", "").replace(">\n", ">"), drawn))
}

fn hexadecimal(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

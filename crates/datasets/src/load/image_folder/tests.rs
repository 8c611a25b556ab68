//! Tests of folders of images.

use std::{fs, path::Path};

use image::{GrayImage, Luma, Rgb, RgbImage};
use tempfile::TempDir;

use super::*;

/// An image of one colour.
fn plain(width: u32, height: u32, colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(width, height, Rgb(colour))
}

fn save(folder: &Path, name: &str, image: &RgbImage) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    image.save(path).unwrap();
}

/// Two classes; files of several sizes and kinds.
fn sample() -> TempDir {
    let folder = TempDir::new().unwrap();
    let at = |name: &str, image: &RgbImage| save(folder.path(), name, image);
    at("train/cat/1.png", &plain(4, 4, [10, 20, 30]));
    at("train/cat/deep/2.JPEG", &plain(9, 5, [200, 100, 50]));
    at("train/dog/1.png", &plain(2, 2, [0, 0, 255]));
    at("test/dog/1.jpg", &plain(4, 7, [90, 90, 90]));
    GrayImage::from_pixel(4, 4, Luma([7])).save(folder.path().join("train/dog/2.png")).unwrap();
    fs::write(folder.path().join("train/dog/notes.txt"), "no image").unwrap();
    fs::write(folder.path().join("train/.hidden"), "").unwrap();
    folder
}

fn source(folder: &Path) -> Source {
    Source { path: Some(folder.to_owned()), size: Some(4), ..Source::new(DatasetName::ImageFolder) }
}

fn message(source: &Source) -> String {
    let message = crate::load(source).expect_err("an error").to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

#[test]
fn classes_sizes_and_colours() {
    let folder = sample();
    let dataset = crate::load(&source(folder.path())).unwrap();
    assert_eq!((dataset.classes, dataset.train.labels()), (2, &[0, 0, 1, 1][..]));
    assert_eq!((dataset.test.labels(), dataset.test.len()), (&[1][..], 1));
    assert_eq!(dataset.train.shape().to_string(), "3x4x4");
    let planes: Vec<&[u8]> = dataset.train.pixels().chunks(16).collect();
    // JPEG is lossy, PNG is not; grey becomes a colour.
    for (plane, colour) in planes.iter().zip([10, 20, 30, 200, 100, 50, 0, 0, 255, 7, 7, 7]) {
        assert!(plane.iter().all(|&pixel| pixel.abs_diff(colour) <= 3), "{colour}: {plane:?}");
    }
    let mean = (10.0 + 200.0 + 0.0 + 7.0) / 4.0 / 255.0;
    assert!((dataset.normalisation.mean[0] - mean).abs() < 0.004);
    assert!(dataset.normalisation.std.iter().all(|&std| std > 0.1));
}

#[test]
fn the_middle_is_kept_and_sides_are_not_stretched() {
    let folder = sample();
    // Twice as wide as high: red, then green and blue in the middle, then white.
    let strip = RgbImage::from_fn(16, 8, |x, _| match x {
        0..4 => Rgb([255, 0, 0]),
        4..8 => Rgb([0, 255, 0]),
        8..12 => Rgb([0, 0, 255]),
        _ => Rgb([255; 3]),
    });
    save(folder.path(), "train/cat/0.png", &strip);
    let dataset = crate::load(&source(folder.path())).unwrap();
    let first = &dataset.train.pixels()[..48];
    // Green and blue fill the halves; where colours meet, averages mix them.
    let column = |x: usize| [0, 1, 2].map(|plane| first[plane * 16 + x]);
    let ([r, g, b], [red, green, blue]) = (column(0), column(3));
    assert!(r < 40 && g > 200 && b < 40, "{:?}", column(0));
    assert!(red < 40 && green < 40 && blue > 200, "{:?}", column(3));
}

#[test]
fn what_is_given_of_the_normalisation_is_used() {
    let folder = sample();
    let own = Normalisation { mean: vec![0.5; 3], std: vec![0.25; 3] };
    let given = Source { normalisation: Some(own.clone()), ..source(folder.path()) };
    assert_eq!(crate::load(&given).unwrap().normalisation, own);
}

#[test]
fn the_fingerprint_is_that_of_the_content() {
    let fingerprint = |folder: &TempDir| crate::load(&source(folder.path())).unwrap().fingerprint;
    let (a, b) = (sample(), sample());
    assert_eq!(fingerprint(&a), fingerprint(&b));
    save(b.path(), "test/dog/1.jpg", &plain(4, 7, [90, 90, 200]));
    assert_ne!(fingerprint(&a), fingerprint(&b));
    assert!(fingerprint(&a).is_some());
}

#[test]
fn mistakes_name_the_file_or_folder() {
    // (what is done to the folder, words of the message)
    type Change = fn(&Path);
    let cases: [(Change, &[&str]); 6] = [
        (|f| fs::write(f.join("train/cat/3.png"), "no image").unwrap(), &["3.png", "remove it"]),
        (
            |f| {
                let bytes = fs::read(f.join("train/cat/1.png")).unwrap();
                fs::write(f.join("train/cat/1.png"), &bytes[..bytes.len() / 2]).unwrap();
            },
            &["cannot read image", "1.png"],
        ),
        (|f| fs::create_dir(f.join("test/bird")).unwrap(), &["bird", "train/ does not have"]),
        (|f| fs::create_dir(f.join("train/bird")).unwrap(), &["bird", "no .png"]),
        (|f| fs::remove_dir_all(f.join("train/cat")).unwrap(), &["train", "1 folders", "2 to"]),
        (|f| fs::rename(f.join("test"), f.join("other")).unwrap(), &["lacks a folder test or val"]),
    ];
    for (change, words) in cases {
        let folder = sample();
        change(folder.path());
        let text = message(&source(folder.path()));
        assert!(words.iter().all(|word| text.contains(word)), "{words:?}: {text}");
    }
    let folder = sample();
    fs::rename(folder.path().join("test"), folder.path().join("val")).unwrap();
    assert!(crate::load(&source(folder.path())).is_ok());
    let without = |source: Source| message(&source);
    assert!(without(Source { size: None, ..source(folder.path()) }).contains("`[dataset] size`"));
    assert!(without(Source { path: None, ..source(folder.path()) }).contains("--data DIR"));
}

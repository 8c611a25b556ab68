//! CIFAR's files and folders of images, through the whole program.

mod common;

use std::fs;
use std::path::Path;

use common::{Lab, TINY, stderr};
use experiments::records::CurveRow;

/// A record of CIFAR-10: an image whose brightness tells its class.
fn record(class: u8, noise: u8) -> Vec<u8> {
    let pixels = (0..3072_u32).map(|i| class * 20 + ((i * 7 + u32::from(noise)) % 13) as u8);
    [class].into_iter().chain(pixels).collect()
}

fn write_cifar(folder: &Path, each: u8) {
    fs::create_dir_all(folder).unwrap();
    let names = (1..=5).map(|i| format!("data_batch_{i}.bin")).chain(["test_batch.bin".to_owned()]);
    for name in names {
        let records = (0..each).flat_map(|i| record(i % 10, i));
        fs::write(folder.join(name), records.collect::<Vec<u8>>()).unwrap();
    }
}

/// A small convolutional network with norms, on few images.
const SMALL: [&str; 7] = [
    "network.name=wrn-10-1",
    "network.widths=[2, 2, 2, 4]",
    "train.length=\"6 iterations\"",
    "train.evaluate_every=\"1 epoch\"",
    "prune.rewind_to=\"2 iterations\"",
    "prune.densities=[0.5]",
    "prune.methods=[\"sipp\", \"filter-threshold\"]",
];

fn with<'a>(settings: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    let all = SMALL.iter().chain(["seeds=[1]", "prune.schedules=[\"one-shot\"]"].iter());
    let all = all.chain(["prune.retraining=[\"none\", \"fine-tune\"]"].iter()).chain(settings);
    let mut arguments = more.to_vec();
    all.for_each(|setting| arguments.extend(["--set", setting]));
    arguments
}

fn rows(path: &Path) -> Vec<CurveRow> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

#[test]
fn an_experiment_on_small_files_of_cifar_10() {
    let lab = Lab::new(TINY);
    write_cifar(&lab.path("data/cifar-10-batches-bin"), 20);
    let settings = ["dataset.name=cifar-10", "dataset.augment={ pad = 4, flip = true }"];
    let out = lab.succeed(&with(&settings, &["--data", "data", "--results", "r"]));
    assert!(out.contains("own data is used") && out.contains("20 records"), "{out}");
    let rows = rows(&lab.path("r/curves.csv"));
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row.status == "ok" && row.dataset == "cifar-10"), "{rows:?}");
}

#[test]
fn cifar_100_has_a_hundred_classes() {
    let lab = Lab::new(TINY);
    let folder = lab.path("data/cifar-100-binary");
    fs::create_dir_all(&folder).unwrap();
    for (name, count) in [("train.bin", 120_u8), ("test.bin", 30)] {
        // The coarse label comes first.
        let records = (0..count).flat_map(|i| [vec![i % 20], record(i % 100 / 10, i)].concat());
        let mut bytes: Vec<u8> = records.collect();
        (0..count).for_each(|i| bytes[usize::from(i) * 3074 + 1] = i % 100);
        fs::write(folder.join(name), bytes).unwrap();
    }
    lab.succeed(&with(&["dataset.name=cifar-100"], &["--data", "data", "--results", "r"]));
    let layers = fs::read_to_string(lab.path("r/layers.csv")).unwrap();
    // Four channels to a hundred classes.
    assert!(layers.lines().any(|line| line.contains(",fc,") && line.contains(",400,")), "{layers}");
}

#[test]
fn damaged_files_of_cifar_end_it_with_file_and_record() {
    let lab = Lab::new(TINY);
    write_cifar(&lab.path("data"), 20);
    let file = lab.path("data/data_batch_3.bin");
    let whole = fs::read(&file).unwrap();
    let mut wrong = whole.clone();
    wrong[4 * 3073] = 77;
    for (bytes, words) in [
        (&whole[..7 * 3073 + 5], &["data_batch_3.bin", "record 7 is cut off", "5 bytes"][..]),
        (&wrong, &["data_batch_3.bin", "record 4", "the label is 77, expected 0 to 9"]),
    ] {
        fs::write(&file, bytes).unwrap();
        let output = lab.run(&with(&["dataset.name=cifar-10"], &["--data", "data"]));
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(words.iter().all(|word| message.contains(word)), "{words:?}: {message}");
    }
}

/// Each class has a colour of its own; sizes differ.
fn write_folder(folder: &Path) {
    for (class, colour) in [("blue", [20, 30, 200]), ("green", [20, 200, 30]), ("red", [200, 9, 9])]
    {
        for (split, count) in [("train", 20), ("val", 5)] {
            let place = folder.join(split).join(class);
            fs::create_dir_all(&place).unwrap();
            for i in 0..count {
                write_png(&place.join(format!("{i}.png")), (8 + i, 12), colour);
            }
        }
    }
}

fn write_png(path: &Path, (width, height): (u32, u32), [r, g, b]: [u8; 3]) {
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    let pixels = (0..width * height).flat_map(|i| [r, g.saturating_add((i % 9) as u8), b]);
    writer.write_image_data(&pixels.collect::<Vec<u8>>()).unwrap();
}

#[test]
fn an_experiment_on_a_folder_of_images() {
    let lab = Lab::new(TINY);
    write_folder(&lab.path("data"));
    let settings = [
        "dataset.name=image-folder",
        "dataset.size=12",
        "dataset.augment={ resized_crop = true, flip = true }",
        "train.batch_size=12",
    ];
    let arguments = with(&settings, &["--data", "data", "--results", "r"]);
    lab.succeed(&arguments);
    let found = rows(&lab.path("r/curves.csv"));
    assert!(found.iter().all(|row| row.status == "ok" && row.dataset == "image-folder"));
    assert!(lab.succeed(&arguments).contains("5 of them finished before"));

    // Other images are another experiment, wherever they lie.
    write_png(&lab.path("data/train/red/0.png"), (8, 12), [1, 2, 3]);
    let message = stderr(&lab.run(&arguments));
    assert!(message.contains("--fresh"), "{message}");
    fs::write(lab.path("data/train/red/1.png"), "no image").unwrap();
    let message = stderr(&lab.run(&arguments));
    assert!(message.contains("train/red/1.png"), "{message}");
}

//! Tests of CIFAR's files, from folders, the cache and a server on this machine.

use std::{collections::HashMap, fs, path::Path, time::Duration};

use flate2::{Compression, write::GzEncoder};
use md5::{Digest, Md5};
use tempfile::TempDir;

use super::*;
use crate::{
    DatasetName,
    catalogue::{LabelByte, Origin, RecordFile},
    testing,
};

const LIMITS: Limits =
    Limits { connect: Duration::from_secs(2), transfer: Duration::from_secs(20) };

type Loaded = Result<(Images, Images, String), DatasetError>;

/// A record with its labels; its pixels count up from `first`.
fn record(labels: &[u8], first: u8) -> Vec<u8> {
    let pixels = (0..records::SHAPE.pixels()).map(|i| (i as u8).wrapping_add(first));
    labels.iter().copied().chain(pixels).collect()
}

/// Two files of training images and one of test images.
fn files() -> [(&'static str, Vec<u8>); 3] {
    [
        ("a.bin", [record(&[3], 0), record(&[9], 1)].concat()),
        ("b.bin", record(&[0], 2)),
        ("t.bin", record(&[5], 3)),
    ]
}

fn packed(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, bytes) in files.iter().chain([&("readme.html", vec![1])]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, format!("inner/{name}"), &bytes[..]).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// What a publisher of these files would say.
fn published(bytes: &[u8]) -> Archive {
    let md5: String = Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Archive {
        url: "http://127.0.0.1:1/",
        file: "small.tar.gz",
        md5: md5.leak(),
        folder: "inner",
        training: &[
            RecordFile { name: "a.bin", records: 2 },
            RecordFile { name: "b.bin", records: 1 },
        ],
        test: &RecordFile { name: "t.bin", records: 1 },
        labels: &[LabelByte { name: "label", classes: 10 }],
    }
}

fn write(folder: &Path, files: &[(&str, Vec<u8>)]) {
    fs::create_dir_all(folder).unwrap();
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

fn load_folder(folder: &Path) -> Loaded {
    let source = Source { path: Some(folder.to_owned()), ..Source::new(DatasetName::Cifar10) };
    load(&source, &published(b""), LIMITS)
}

fn message<T>(result: Result<T, DatasetError>) -> String {
    let message = result.err().expect("an error").to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

#[test]
fn a_folder_with_the_files_with_their_folder_or_with_the_archive() {
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap()];
    write(folders[0].path(), &files());
    write(&folders[1].path().join("inner"), &files());
    fs::write(folders[2].path().join("small.tar.gz"), packed(&files())).unwrap();
    for folder in &folders {
        let (train, test, origin) = load_folder(folder.path()).unwrap();
        assert_eq!((train.labels(), test.labels()), (&[3, 9, 0][..], &[5][..]));
        assert_eq!(train.shape().to_string(), "3x32x32");
        let starts = [0, 3072, 6144].map(|start| train.pixels()[start]);
        assert_eq!((starts, test.pixels()[..2].to_vec()), ([0, 1, 2], vec![3, 4]));
        assert_eq!(origin, format!("folder {}", folder.path().display()));
    }
}

#[test]
fn the_fine_label_is_the_class() {
    let Origin::Cifar(archive) = &DatasetName::Cifar100.definition().origin else { panic!() };
    let decode = |labels: &[u8]| {
        let bytes = [record(&[0, 99], 0), record(labels, 7)].concat();
        records::decode(&[Content { file: "train.bin".to_owned(), bytes }], archive.labels)
    };
    let images = decode(&[19, 42]).unwrap();
    assert_eq!((images.labels(), images.pixels()[3072]), (&[99, 42][..], 7));
    for (labels, words) in [
        ([20, 0], "train.bin: record 1: the coarse label is 20, expected 0 to 19"),
        ([0, 100], "train.bin: record 1: the fine label is 100, expected 0 to 99"),
    ] {
        assert!(message(decode(&labels)).contains(words));
    }
}

#[test]
fn damaged_files_are_told_with_file_and_record() {
    // (file, its bytes, words of the message)
    let two = [record(&[1], 0), record(&[2], 0)].concat();
    let cases = [
        (
            "a.bin",
            two[..3_074].to_vec(),
            "a.bin: record 1 is cut off: found 1 bytes, expected 3073",
        ),
        ("t.bin", two[..3_072].to_vec(), "t.bin: record 0 is cut off: found 3072 bytes"),
        ("b.bin", record(&[10], 0), "b.bin: record 0: the label is 10, expected 0 to 9"),
        ("b.bin", Vec::new(), "b.bin is empty"),
    ];
    for (name, bytes, words) in cases {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &files());
        fs::write(folder.path().join(name), bytes).unwrap();
        let text = message(load_folder(folder.path()));
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn all_missing_files_are_named() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("inner");
    write(&inner, &files()[..1]);
    let text = message(load_folder(folder.path()));
    let place = inner.display();
    assert!(text.contains(&format!("{place} lacks b.bin, t.bin: ")), "{text}");
    assert!(text.contains("small.tar.gz") && text.contains("--data DIR"), "{text}");
    let text = message(load_folder(&folder.path().join("nowhere")));
    assert!(text.contains("nowhere is not a folder"), "{text}");
    fs::write(folder.path().join("small.tar.gz"), packed(&files()[1..])).unwrap();
    let text = message(load_folder(folder.path()));
    assert!(text.contains("small.tar.gz lacks a.bin: "), "{text}");
}

#[test]
fn a_download_is_cached_and_a_damaged_cache_is_repaired() {
    let (folder, bytes) = (TempDir::new().unwrap(), packed(&files()));
    let archive = published(&bytes);
    let served = HashMap::from([("/data/small.tar.gz".to_owned(), bytes.clone())]);
    let cache = Some(folder.path().to_owned());
    let online = Source {
        url: Some(testing::serve(served)),
        cache: cache.clone(),
        ..Source::new(DatasetName::Cifar10)
    };
    let offline = Source { cache, ..Source::new(DatasetName::Cifar10) };
    let (train, test, origin) = load(&online, &archive, LIMITS).unwrap();
    assert_eq!((train.len(), test.len(), origin.as_str()), (3, 1, "download"));
    let cache = folder.path().join("cifar-10");
    let again = load(&offline, &archive, LIMITS).unwrap();
    assert_eq!(again, (train, test, format!("cache {}", cache.display())));

    fs::write(cache.join("small.tar.gz"), &bytes[..bytes.len() / 2]).unwrap();
    let text = message(load(&offline, &archive, LIMITS));
    assert!(text.contains("no data for `cifar-10`"), "{text}");
    assert_eq!(load(&online, &archive, LIMITS).unwrap().2, "download");
    assert!(load(&offline, &archive, LIMITS).unwrap().2.starts_with("cache "));
}

#[test]
fn a_download_must_be_the_published_archive() {
    let folder = TempDir::new().unwrap();
    let served = HashMap::from([("/data/small.tar.gz".to_owned(), packed(&files()[1..]))]);
    let source = Source {
        url: Some(testing::serve(served)),
        cache: Some(folder.path().to_owned()),
        ..Source::new(DatasetName::Cifar10)
    };
    let archive = published(&packed(&files()));
    let text = message(load(&source, &archive, LIMITS));
    for words in ["small.tar.gz", "MD5", archive.md5, "--data DIR"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!folder.path().join("cifar-10").exists());
}

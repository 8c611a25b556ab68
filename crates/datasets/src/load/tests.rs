//! Tests of loading, from folders, the cache and a server on this machine.

use std::{fs, path::Path, time::Duration};

use tempfile::TempDir;

use super::*;
use crate::{Images, catalogue::Published, testing};

const LIMITS: Limits =
    Limits { connect: Duration::from_secs(2), transfer: Duration::from_secs(20) };

type Loaded = Result<(Images, Images, String), DatasetError>;

fn load_folder(folder: &Path, published: &Published) -> Loaded {
    let source = Source { path: Some(folder.to_owned()), ..Source::new(DatasetName::Mnist) };
    published::load(&source, published, LIMITS)
}

/// The error of loading a folder with one file replaced.
fn complaint(part: Part, bytes: &[u8]) -> String {
    let folder = TempDir::new().unwrap();
    let parts = testing::parts();
    testing::write(folder.path(), &parts);
    fs::write(folder.path().join(part.file_name()), bytes).unwrap();
    message(load_folder(folder.path(), &testing::published(&parts)))
}

fn message<T>(result: Result<T, DatasetError>) -> String {
    let message = result.err().expect("an error").to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

#[test]
fn a_folder_raw_packed_or_with_dots() {
    let parts = testing::parts();
    for variant in 0..4 {
        let folder = TempDir::new().unwrap();
        for (part, bytes) in Part::ALL.into_iter().zip(&parts) {
            let name = &part.file_names()[variant];
            let packed = if name.ends_with(".gz") { testing::gz(bytes) } else { bytes.clone() };
            fs::write(folder.path().join(name), packed).unwrap();
        }
        let (train, test, origin) =
            load_folder(folder.path(), &testing::published(&parts)).unwrap();
        assert_eq!((train.len(), test.len()), (20, 10));
        assert_eq!(train.shape().to_string(), "1x4x3");
        assert_eq!(train.pixels()[..3], [0, 1, 2]);
        assert_eq!(test.pixels()[..3], [100, 101, 102]);
        assert_eq!(origin, format!("folder {}", folder.path().display()));
    }
}

#[test]
fn own_data_is_allowed() {
    let folder = TempDir::new().unwrap();
    testing::write(folder.path(), &testing::parts());
    let other = testing::published(&[vec![], vec![], vec![], vec![]]);
    assert!(load_folder(folder.path(), &other).is_ok());
}

#[test]
fn all_missing_files_are_named() {
    let folder = TempDir::new().unwrap();
    let parts = testing::parts();
    testing::write(folder.path(), &parts);
    for part in [Part::TrainLabels, Part::TestImages] {
        fs::remove_file(folder.path().join(part.file_name())).unwrap();
    }
    let text = message(load_folder(folder.path(), &testing::published(&parts)));
    assert!(text.contains("train-labels-idx1-ubyte, t10k-images-idx3-ubyte:"), "{text}");
    assert!(!text.contains("train-images") && text.contains(&*folder.path().to_string_lossy()));

    let text = message(load_folder(&folder.path().join("nowhere"), &testing::published(&parts)));
    assert!(text.contains("nowhere is not a folder"), "{text}");
}

#[test]
fn files_of_other_data_are_told() {
    let [train_images, train_labels, test_images, test_labels] = testing::parts();
    // (file replaced, by what, words of the message)
    let mut ten = testing::idx_labels(20);
    ten[8 + 7] = 10;
    let mut wide = testing::idx_images(10, 0);
    (wide[11], wide[15]) = (3, 4);
    let cases = [
        (Part::TrainImages, &train_labels, "holds labels, expected images"),
        (Part::TestLabels, &test_images, "holds images, expected labels"),
        (Part::TrainImages, &test_images, "is the test images, expected the training images"),
        (Part::TestLabels, &train_labels, "is the training labels, expected the test labels"),
        (Part::TrainLabels, &testing::idx_labels(19), "holds 20 images but"),
        (Part::TrainLabels, &ten, "label 7 is 10, expected 0 to 9"),
        (
            Part::TestImages,
            &wide,
            "holds images of 1x3x4 (channels x height x width), expected 1x4x3",
        ),
        (Part::TestImages, &testing::idx_images(0, 0), "holds no images"),
        (Part::TrainImages, &train_images[..99].to_vec(), "found 99 bytes, expected 256"),
        (Part::TestLabels, &[&test_labels[..], &[0]].concat(), "after its end at 18 bytes"),
        (Part::TestLabels, &b"hello".to_vec(), "neither an IDX file nor a gzipped one"),
    ];
    for (part, bytes, words) in cases {
        let text = complaint(part, bytes);
        assert!(text.contains(words) && text.contains(part.file_name()), "{words}: {text}");
    }
}

/// A source with a server of the packed `parts` and a cache in `folder`.
fn networked(folder: &TempDir, parts: &[Vec<u8>; 4]) -> Source {
    Source {
        url: Some(testing::serve(testing::packed(parts))),
        cache: Some(folder.path().to_owned()),
        ..Source::new(DatasetName::Mnist)
    }
}

fn unreachable(source: &Source) -> Source {
    Source { url: Some("http://127.0.0.1:1/".to_owned()), ..source.clone() }
}

#[test]
fn a_download_is_cached_and_the_cache_needs_no_network() {
    let (folder, parts) = (TempDir::new().unwrap(), testing::parts());
    let published = testing::published(&parts);
    let source = networked(&folder, &parts);
    let (train, test, origin) = published::load(&source, &published, LIMITS).unwrap();
    assert_eq!((train.len(), test.len(), origin.as_str()), (20, 10, "download"));

    let again = published::load(&unreachable(&source), &published, LIMITS).unwrap();
    let cache = folder.path().join("mnist");
    assert_eq!(again, (train, test, format!("cache {}", cache.display())));
    // Nothing but the four files is left.
    assert_eq!(fs::read_dir(cache).unwrap().count(), 4);
}

#[test]
fn a_damaged_cache_is_repaired() {
    let (folder, parts) = (TempDir::new().unwrap(), testing::parts());
    let published = testing::published(&parts);
    let source = networked(&folder, &parts);
    let whole = published::load(&source, &published, LIMITS).unwrap();
    let damaged = folder.path().join("mnist").join(Part::TestImages.packed_name());
    fs::write(&damaged, testing::gz(&testing::idx_images(10, 7))).unwrap();

    let text = message(published::load(&unreachable(&source), &published, LIMITS));
    assert!(text.contains("no data for `mnist`"), "{text}");
    let repaired = published::load(&source, &published, LIMITS).unwrap();
    assert_eq!((&repaired.0, &repaired.1), (&whole.0, &whole.1));
    let from_cache = published::load(&unreachable(&source), &published, LIMITS).unwrap();
    assert!(from_cache.2.starts_with("cache "));
}

#[test]
fn many_may_download_at_once() {
    let (folder, parts) = (TempDir::new().unwrap(), testing::parts());
    let published = testing::published(&parts);
    let source = networked(&folder, &parts);
    std::thread::scope(|scope| {
        let load = || published::load(&source, &published, LIMITS).unwrap();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(load)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap().0.len(), 20);
        }
    });
}

#[test]
fn a_cache_that_cannot_be_written_to_is_no_error() {
    let (folder, parts) = (TempDir::new().unwrap(), testing::parts());
    let file = folder.path().join("file");
    fs::write(&file, b"in the way").unwrap();
    let source = Source { cache: Some(file), ..networked(&folder, &parts) };
    let (_, _, origin) = published::load(&source, &testing::published(&parts), LIMITS).unwrap();
    assert_eq!(origin, "download");
}

#[test]
fn downloaded_content_must_be_the_published_one() {
    let (folder, mut parts) = (TempDir::new().unwrap(), testing::parts());
    let published = testing::published(&parts);
    parts[1][10] = 5;
    let text = message(published::load(&networked(&folder, &parts), &published, LIMITS));
    for words in ["no data for `mnist`", "train-labels", "MD5", published.md5[1], "--data DIR"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!folder.path().join("mnist").join(Part::TrainLabels.packed_name()).exists());
}

#[test]
fn a_page_that_says_not_found_is_recognised() {
    let folder = TempDir::new().unwrap();
    let parts = testing::parts();
    let mut source = networked(&folder, &parts);
    source.url = source.url.map(|url| url.replace("/data", "/other"));
    let text = message(published::load(&source, &testing::published(&parts), LIMITS));
    assert!(text.contains("`<html>404 Not Fo`"), "{text}");
}

#[test]
fn out_of_reach_is_an_error_or_the_fallback() {
    let folder = TempDir::new().unwrap();
    let mut source = Source {
        cache: Some(folder.path().to_owned()),
        ..unreachable(&Source::new(DatasetName::FashionMnist))
    };
    let text = message(load(&source));
    for words in
        ["no data for `fashion-mnist`", "127.0.0.1:1", "--data DIR", "offline = \"digits\""]
    {
        assert!(text.contains(words), "{words}: {text}");
    }

    source.offline = Some(DatasetName::Digits);
    let dataset = load(&source).unwrap();
    assert!(dataset.is_fallback());
    assert_eq!(dataset.requested, DatasetName::FashionMnist);
    assert_eq!((dataset.name, dataset.origin.as_str()), (DatasetName::Digits, "embedded"));
}

#[test]
fn mistakes_never_end_in_the_fallback() {
    let folder = TempDir::new().unwrap();
    let offline = Source {
        offline: Some(DatasetName::Digits),
        cache: Some(folder.path().to_owned()),
        ..Source::new(DatasetName::Mnist)
    };
    let path = Source { path: Some(folder.path().to_owned()), ..offline.clone() };
    assert!(message(load(&path)).contains("lacks"));
    let url = Source { url: Some("mirror".to_owned()), ..offline };
    assert!(message(load(&url)).contains("is not an address"));
}

#[test]
fn digits_need_nothing() {
    let dataset = load(&Source::new(DatasetName::Digits)).unwrap();
    assert!(!dataset.is_fallback());
    assert_eq!((dataset.train.len(), dataset.test.len()), (1_437, 360));
    let larger = dataset.fit(crate::ImageShape::grey(28, 28)).unwrap();
    assert_eq!(larger.test.pixels().len(), 360 * 28 * 28);
}

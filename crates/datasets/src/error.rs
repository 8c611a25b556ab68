//! Everything that can go wrong with a data set.

use std::{io, path::PathBuf};

use crate::{
    ImageShape, Validation,
    load::{CifarError, ImageFolderError},
};

/// What is wrong, where, and what to do about it; each message is one line.
///
/// `file` is a path on disk or, for a download, an address.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// No data set has this name.
    #[error("unknown data set `{found}`: expected one of {known}")]
    UnknownName {
        /// The name as it was written.
        found: String,
        /// All names, separated by commas.
        known: String,
    },

    /// A folder that was named does not hold the files of the data set.
    #[error(
        "folder {folder} lacks {}: put the files there, raw or as .gz, or name the folder that \
         holds them (`[dataset] path`, `--data DIR`)", missing.join(", ")
    )]
    MissingFiles {
        /// The folder that was named.
        folder: PathBuf,
        /// Every file that is not there.
        missing: Vec<String>,
    },

    /// The path that was named is no folder.
    #[error("{path} is not a folder: give the folder that holds the data set's files")]
    NotAFolder {
        /// The path that was named.
        path: PathBuf,
    },

    /// The operating system refused to read a file.
    #[error("cannot read {file}: {reason}: check that it exists and may be read")]
    Read {
        /// The file.
        file: String,
        /// The operating system's answer.
        reason: io::Error,
    },

    /// The bytes are neither IDX nor gzipped IDX.
    #[error(
        "{file} is neither an IDX file nor a gzipped one, it starts with {start}: expected the \
         original IDX files of the data set"
    )]
    NotIdx {
        /// The file.
        file: String,
        /// Its first bytes, for the eye.
        start: String,
    },

    /// An IDX file of the wrong kind, say labels in place of images.
    #[error("{file} holds {found}, expected {expected}: were two files swapped?")]
    WrongKind {
        /// The file.
        file: String,
        /// What the file's header says it holds.
        found: String,
        /// What belongs there.
        expected: &'static str,
    },

    /// The checksum is that of another file of a known data set, say test in place of training.
    #[error("{file} is {found}, expected {expected}: were two files or folders swapped?")]
    Swapped {
        /// The file.
        file: String,
        /// The published file that has this checksum.
        found: String,
        /// What belongs there.
        expected: String,
    },

    /// The file ends before the data that its header announces.
    #[error("{file} is truncated: found {found} bytes, expected {expected}: fetch it again")]
    Truncated {
        /// The file.
        file: String,
        /// Bytes found, header included, after decompression.
        found: u64,
        /// Bytes that the header announces, itself included.
        expected: u64,
    },

    /// The file goes on after the data that its header announces.
    #[error("{file} has bytes after its end at {expected} bytes: fetch it again")]
    TrailingBytes {
        /// The file.
        file: String,
        /// Bytes that the header announces, itself included.
        expected: u64,
    },

    /// The header announces more than the file can hold or than is read at all.
    #[error("{file} announces {declared} bytes, at most {limit} are possible: fetch it again")]
    Absurd {
        /// The file.
        file: String,
        /// Bytes that the header announces, itself included.
        declared: u128,
        /// Bytes that a file of this length can hold.
        limit: u64,
    },

    /// The gzip stream is damaged.
    #[error("{file} is a damaged gzip file ({reason}): fetch it again")]
    Damaged {
        /// The file.
        file: String,
        /// The decoder's complaint.
        reason: String,
    },

    /// A file holds no images, or images without pixels.
    #[error("{file} holds no images (its header says {shape}): expected at least one")]
    Empty {
        /// The file.
        file: String,
        /// Count and size as in the header.
        shape: String,
    },

    /// Not one label an image.
    #[error(
        "{images_file} holds {images} images but {labels_file} {labels} labels: expected one \
         label an image, were files of two data sets mixed?"
    )]
    CountMismatch {
        /// The file of images.
        images_file: String,
        /// How many images it holds.
        images: usize,
        /// The file of labels.
        labels_file: String,
        /// How many labels it holds.
        labels: usize,
    },

    /// Training and test images differ in size.
    #[error(
        "{file} holds images of {test} (channels x height x width), expected {train} as the \
         training images: were files of two data sets mixed?"
    )]
    SizeMismatch {
        /// The file of test images.
        file: String,
        /// Size of the training images.
        train: ImageShape,
        /// Size of the test images.
        test: ImageShape,
    },

    /// A label that names no class.
    #[error(
        "{file}: label {index} is {value}, expected 0 to {}: check the file, or the data set's \
         name", classes.saturating_sub(1)
    )]
    LabelRange {
        /// Where the label stands.
        file: String,
        /// Position of the label, counted from 0.
        index: usize,
        /// Its value.
        value: u8,
        /// Number of classes of the data set.
        classes: usize,
    },

    /// The content is not the published one, where that is a must (download, cache).
    #[error(
        "{file} has the MD5 {found}, expected {expected}: the file was damaged or is another one, \
         fetch it again or from another address"
    )]
    Checksum {
        /// The file.
        file: String,
        /// MD5 of the uncompressed content, of an archive that of the archive.
        found: String,
        /// MD5 of the published content.
        expected: &'static str,
    },

    /// What is wrong with files of CIFAR.
    #[error(transparent)]
    Cifar(#[from] CifarError),

    /// What is wrong with a folder of images.
    #[error(transparent)]
    ImageFolder(#[from] ImageFolderError),

    /// An address that nothing can be fetched from.
    #[error("`{url}` is not an address to download from ({reason}): expected http:// or https://")]
    Url {
        /// The address as it was written.
        url: String,
        /// What is wrong with it.
        reason: String,
    },

    /// One file could not be downloaded.
    #[error("cannot download {url}: {reason}: check the network, or use another address")]
    Download {
        /// Address of the file.
        url: String,
        /// What happened.
        reason: String,
    },

    /// Neither a folder nor a cache has the data, and the download failed.
    #[error(
        "no data for `{name}`: none in the cache {cache}, and the download failed ({reason}): give \
         the folder that holds the files (`[dataset] path`, `--data DIR`), or set \
         `offline = \"digits\"` to use the embedded digits instead"
    )]
    Unavailable {
        /// The data set that was asked for.
        name: &'static str,
        /// The folder of the cache, or why there is none.
        cache: String,
        /// Why the download failed.
        reason: Box<DatasetError>,
    },

    /// The embedded data is not what it should be.
    #[error("the embedded data set `{name}` is damaged ({reason}): build the program again")]
    Embedded {
        /// The data set.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },

    /// Pixels, labels and size of images do not agree.
    #[error(
        "{pixels} pixels and {labels} labels do not make images of {shape}: expected {} pixels \
         for each label", shape.pixels()
    )]
    Length {
        /// How many pixels there are.
        pixels: usize,
        /// How many labels there are.
        labels: usize,
        /// The size of one image.
        shape: ImageShape,
    },

    /// Images cannot be brought to the size that was asked for.
    #[error(
        "images of {from} cannot become {to} (channels x height x width): expected the same \
         number of channels and at least one pixel, choose a network made for such images"
    )]
    Fit {
        /// The size of the images.
        from: ImageShape,
        /// The size that was asked for.
        to: ImageShape,
    },

    /// Validation images would be none, or all.
    #[error(
        "validation of {asked} leaves {validation} of {images} images for validation: expected \
         at least one, and at least one left for training"
    )]
    Validation {
        /// What was asked for.
        asked: Validation,
        /// How many images that would be.
        validation: usize,
        /// How many images there are.
        images: usize,
    },

    /// A share that is none.
    #[error("validation share is {share}: expected a number between 0 and 1, both excluded")]
    ValidationShare {
        /// The share as it was written.
        share: f64,
    },

    /// Batches cannot be made.
    #[error(
        "cannot make batches of {batch_size} from {images} images: expected at least 1 of both"
    )]
    Batches {
        /// Images in a batch.
        batch_size: usize,
        /// Images there are.
        images: usize,
    },
}

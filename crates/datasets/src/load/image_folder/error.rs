//! What can be wrong with a folder of images.

use std::path::PathBuf;

/// What is wrong, where, and what to do about it; each message is one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageFolderError {
    /// No folder is named.
    #[error(
        "`image-folder` lacks a folder: give the one that holds train/ and test/ or val/ (`[dataset] path`, \
         `--data DIR`)"
    )]
    NoPath,

    /// No size is given.
    #[error(
        "`image-folder` lacks a size: give the side of its images in pixels (`[dataset] size`)"
    )]
    NoSize,

    /// A folder of training or test images is not there.
    #[error(
        "folder {folder} lacks a folder {what}: expected train/CLASS/* and test/CLASS/* or val/CLASS/*"
    )]
    NoSplit {
        /// The folder that was named.
        folder: PathBuf,
        /// What is not in it.
        what: &'static str,
    },

    /// There are no classes to tell apart, or more than are possible.
    #[error("folder {folder} holds {found} folders, one for each class: expected 2 to 65535")]
    Classes {
        /// The folder of training images.
        folder: PathBuf,
        /// How many there are.
        found: usize,
    },

    /// Test images of a class that is not trained.
    #[error(
        "folder {folder} is of a class that train/ does not have: remove it, or add its images there"
    )]
    UnknownClass {
        /// The folder.
        folder: PathBuf,
    },

    /// No images.
    #[error("folder {folder} holds no .png, .jpg or .jpeg file: expected at least one")]
    NoImages {
        /// The folder.
        folder: PathBuf,
    },

    /// A file cannot be read or decoded.
    #[error("cannot read image {file}: {reason}: remove it, or fetch it again")]
    Image {
        /// The file.
        file: PathBuf,
        /// What the decoder says.
        reason: String,
    },
}

//! What can be wrong with the files of CIFAR.

use std::path::PathBuf;

/// What is wrong, where, and what to do about it. Records are counted from 0.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CifarError {
    /// A folder that was named holds neither the files nor the archive.
    #[error(
        "folder {folder} lacks {}: put the files of {archive} there, or name the folder that holds \
         them (`[dataset] path`, `--data DIR`)", missing.join(", ")
    )]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// Every file that is not there.
        missing: Vec<String>,
        /// The archive that has them.
        archive: &'static str,
    },

    /// An archive without all files of the data set.
    #[error("{file} lacks {}: fetch it again", missing.join(", "))]
    Incomplete {
        /// The archive.
        file: String,
        /// Every file that is not in it.
        missing: Vec<String>,
    },

    /// A file without a record.
    #[error("{file} is empty: expected at least one record, fetch it again")]
    Empty {
        /// The file.
        file: String,
    },

    /// The file ends in the middle of a record.
    #[error(
        "{file}: record {record} is cut off: found {found} bytes, expected {expected}: fetch the file \
         again, and check the data set's name"
    )]
    Truncated {
        /// The file.
        file: String,
        /// The record.
        record: usize,
        /// Bytes that are there of it.
        found: usize,
        /// Bytes of a record.
        expected: usize,
    },

    /// A label that names no class.
    #[error(
        "{file}: record {record}: the {name} is {value}, expected 0 to {}: the file is damaged or of \
         another data set, fetch it again", classes - 1
    )]
    Label {
        /// The file.
        file: String,
        /// The record.
        record: usize,
        /// Which label.
        name: &'static str,
        /// Its value.
        value: u8,
        /// Number of its classes.
        classes: usize,
    },
}

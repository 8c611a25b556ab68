//! The published archive: a gzipped tar file.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use md5::{Digest, Md5};

use super::{CifarError, Content, Contents};
use crate::{DatasetError, catalogue::Archive};

/// No file in such an archive comes near.
const MAX_BYTES: u64 = 1 << 30;

/// The archive of an earlier download if it is there and whole; of a damaged one it is warned, and it
/// will be fetched again.
pub(super) fn cached(folder: &Path, archive: &Archive) -> Option<Contents> {
    let path = folder.join(archive.file);
    if !path.is_file() {
        return None;
    }
    let name = path.display().to_string();
    let unpacked = read(&path)
        .and_then(|bytes| verify(&name, &bytes, archive).map(|()| bytes))
        .and_then(|bytes| unpack(&name, &bytes, archive));
    unpacked.inspect_err(|error| tracing::warn!("cache: {error}")).ok()
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, DatasetError> {
    fs::read(path).map_err(|reason| DatasetError::Read { file: path.display().to_string(), reason })
}

/// Whether it is the published archive.
pub(super) fn verify(file: &str, bytes: &[u8], archive: &Archive) -> Result<(), DatasetError> {
    let found: String = Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if found == archive.md5 {
        return Ok(());
    }
    Err(DatasetError::Checksum { file: file.to_owned(), found, expected: archive.md5 })
}

/// The files of the data set, wherever in the archive they lie.
pub(super) fn unpack(
    file: &str,
    bytes: &[u8],
    archive: &Archive,
) -> Result<Contents, DatasetError> {
    let damaged = |error: io::Error| DatasetError::Damaged {
        file: file.to_owned(),
        reason: error.to_string(),
    };
    let names = archive.names();
    let mut found: Vec<Option<Content>> = names.iter().map(|_| None).collect();
    let mut packed = tar::Archive::new(MultiGzDecoder::new(bytes));
    for entry in packed.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        let path = entry.path().map_err(damaged)?.into_owned();
        let Some(place) = names.iter().position(|name| path.file_name() == Some(name.as_ref()))
        else {
            continue;
        };
        let mut bytes = Vec::new();
        entry.take(MAX_BYTES).read_to_end(&mut bytes).map_err(damaged)?;
        found[place] = Some(Content { file: format!("{file}: {}", path.display()), bytes });
    }
    let lacking = names.iter().zip(&found).filter(|(_, content)| content.is_none());
    let missing: Vec<String> = lacking.map(|(name, _)| (*name).to_owned()).collect();
    let mut contents: Vec<Content> = found.into_iter().flatten().collect();
    match contents.pop() {
        Some(test) if missing.is_empty() => Ok((contents, test)),
        _ => Err(CifarError::Incomplete { file: file.to_owned(), missing }.into()),
    }
}

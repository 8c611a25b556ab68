//! Data sets in the binary format of CIFAR: one published archive, or its files in a folder.

mod archive;
mod error;
mod folder;
mod records;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use error::CifarError;

use super::{
    Source,
    cache::Cache,
    network::{Limits, Network},
};
use crate::{DatasetError, Images, catalogue::Archive};

/// One of the files, as bytes.
#[derive(Debug)]
struct Content {
    /// Path, or archive and name, for messages.
    file: String,
    bytes: Vec<u8>,
}

/// The files of training images, and that of the test images.
type Contents = (Vec<Content>, Content);

/// Training images, test images, and where they came from.
pub(super) fn load(
    source: &Source,
    archive: &Archive,
    limits: Limits,
) -> Result<(Images, Images, String), DatasetError> {
    let (contents, origin) = match &source.path {
        Some(path) => (folder::read(path, archive)?, format!("folder {}", path.display())),
        None => from_cache_or_network(source, archive, limits)?,
    };
    let (training, test) = contents;
    let train = records::decode(&training, archive.labels)?;
    let test = records::decode(&[test], archive.labels)?;
    Ok((train, test, origin))
}

fn from_cache_or_network(
    source: &Source,
    archive: &Archive,
    limits: Limits,
) -> Result<(Contents, String), DatasetError> {
    let cache = Cache::of(source);
    if let Some(contents) = cache.folder().and_then(|folder| archive::cached(folder, archive)) {
        return Ok((contents, format!("cache {cache}")));
    }
    let url = source.url.as_deref().unwrap_or(archive.url);
    match download(url, archive, limits) {
        Ok((bytes, contents)) => {
            cache.write(archive.file, &bytes);
            Ok((contents, "download".to_owned()))
        }
        // A slip of the pen, not of the network: no reason to fall back on other data.
        Err(slip @ DatasetError::Url { .. }) => Err(slip),
        Err(reason) => Err(DatasetError::Unavailable {
            name: source.name.as_str(),
            cache: cache.to_string(),
            reason: Box::new(reason),
        }),
    }
}

/// The archive as it came, and its files.
fn download(
    url: &str,
    archive: &Archive,
    limits: Limits,
) -> Result<(Vec<u8>, Contents), DatasetError> {
    // An archive is 17 times as large as the largest file of MNIST, for which the limit is made.
    const TIMES: u32 = 17;
    let transfer = limits.transfer.checked_mul(TIMES).unwrap_or(Duration::MAX);
    let network = Network::reach(url, Limits { transfer, ..limits })?;
    let (name, bytes) = network.get(archive.file)?;
    archive::verify(&name, &bytes, archive)?;
    let contents = archive::unpack(&name, &bytes, archive)?;
    Ok((bytes, contents))
}

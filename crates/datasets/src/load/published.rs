//! Data sets that somebody publishes as four IDX files.

use super::{
    Part, Source,
    assemble::assemble,
    cache::Cache,
    folder,
    idx::{self, Idx},
    network::{Limits, Network},
    verify,
};
use crate::{DatasetError, Images, catalogue::Published};

/// One of the four files, decoded.
pub(super) struct File {
    pub(super) part: Part,
    /// Path or address, for messages.
    pub(super) name: String,
    pub(super) idx: Idx,
}

/// Training images, test images, and where they came from.
pub(super) fn load(
    source: &Source,
    published: &Published,
    limits: Limits,
) -> Result<(Images, Images, String), DatasetError> {
    let (files, origin) = match &source.path {
        Some(path) => {
            let origin = format!("folder {}", path.display());
            (folder::read(path, published)?, origin)
        }
        None => from_cache_or_network(source, published, limits)?,
    };
    let (train, test) = assemble(files, source.name.definition().classes)?;
    Ok((train, test, origin))
}

fn from_cache_or_network(
    source: &Source,
    published: &Published,
    limits: Limits,
) -> Result<([File; 4], String), DatasetError> {
    let cache = Cache::of(source);
    let url = source.url.as_deref().unwrap_or(published.url);
    // Asked for at the first file that the cache does not have, and only once.
    let mut network = None;
    let files = Part::each(|part| {
        if let Some(file) = cache.read(part, published) {
            return Ok(file);
        }
        let network = match &mut network {
            Some(network) => network,
            none => none.insert(Network::reach(url, limits)?),
        };
        let (file, bytes) = fetch(part, published, network)?;
        cache.write_part(part, &bytes);
        Ok(file)
    });
    let origin = match network {
        Some(_) => "download".to_owned(),
        None => format!("cache {cache}"),
    };
    match files {
        Ok(files) => Ok((files, origin)),
        // A slip of the pen, not of the network: no reason to fall back on other data.
        Err(slip @ DatasetError::Url { .. }) => Err(slip),
        Err(reason) => Err(DatasetError::Unavailable {
            name: source.name.as_str(),
            cache: cache.to_string(),
            reason: Box::new(reason),
        }),
    }
}

/// One file from the network, decoded and checked, and the bytes as they came.
///
/// The downloader does not look at the status of the answer: a page that says "not found" is
/// recognised by its content.
fn fetch(
    part: Part,
    published: &Published,
    network: &Network,
) -> Result<(File, Vec<u8>), DatasetError> {
    let (name, bytes) = network.get(&part.packed_name())?;
    let idx = idx::decode(&name, part.kind(), &bytes[..], bytes.len() as u64)?;
    let file = File { part, name, idx };
    verify::strictly(&file, published)?;
    Ok((file, bytes))
}

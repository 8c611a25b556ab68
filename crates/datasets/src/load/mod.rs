//! Getting hold of a data set: folder, cache, download, or the program itself.

mod assemble;
mod cache;
mod cifar;
mod folder;
mod idx;
mod image_folder;
mod network;
mod part;
mod probe;
mod published;
mod verify;

use std::path::PathBuf;

use crate::{Dataset, DatasetError, DatasetName, Normalisation, catalogue::Origin};
pub use cifar::CifarError;
pub use image_folder::ImageFolderError;
use network::Limits;
pub(crate) use part::Part;

/// Which data set to load, and where it may come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The data set.
    pub name: DatasetName,
    /// A folder that holds the data set's files. If given, nothing else is tried.
    pub path: Option<PathBuf>,
    /// Address of the folder to download from, in place of the publisher's: a mirror.
    pub url: Option<String>,
    /// The data set to use if the data is out of reach. Without it that is an error.
    pub offline: Option<DatasetName>,
    /// Folder of downloads, one folder a data set in it; without it `pruning-lab` in the user's
    /// cache folder.
    pub cache: Option<PathBuf>,
    /// Side of the images of an image folder, in pixels; other data sets have sizes of their own.
    pub size: Option<usize>,
    /// Mean and standard deviation of the channels; without it those of the training images.
    pub normalisation: Option<Normalisation>,
}

impl Source {
    /// The data set from the cache or the network, and an error if it is in neither.
    pub fn new(name: DatasetName) -> Self {
        Self {
            name,
            path: None,
            url: None,
            offline: None,
            cache: None,
            size: None,
            normalisation: None,
        }
    }
}

/// Loads a data set.
///
/// MNIST, Fashion-MNIST, CIFAR-10 and CIFAR-100 are read from `source.path` if that is given, else from
/// the cache, else downloaded into the cache; several processes may do so at once. Downloaded content
/// must match the published checksums, a folder's content need not (but it is told). Without a network
/// the download gives up within seconds, and a transfer that stalls after minutes. `digits` stands
/// in the program and needs nothing. An image folder is always one that is named.
///
/// # Errors
///
/// - What is wrong with the folder `source.path`: never the fallback.
/// - [`DatasetError::Url`] if `source.url` is needed and no address.
/// - [`DatasetError::Unavailable`] if the data is nowhere and `source.offline` is not set. If it is
///   set, that data set is loaded with a loud warning, and [`Dataset::is_fallback`] tells.
pub fn load(source: &Source) -> Result<Dataset, DatasetError> {
    load_within(source, Limits::default())
}

fn load_within(source: &Source, limits: Limits) -> Result<Dataset, DatasetError> {
    match (load_named(source, limits), source.offline) {
        (Err(reason @ DatasetError::Unavailable { .. }), Some(offline))
            if offline != source.name =>
        {
            tracing::warn!(
                "FALLBACK: using `{offline}` ({}) in place of `{}`, results are not comparable: \
                 {reason}",
                offline.description(),
                source.name,
            );
            let fallback = Source { cache: source.cache.clone(), ..Source::new(offline) };
            Ok(Dataset { requested: source.name, ..load_named(&fallback, limits)? })
        }
        (loaded, _) => loaded,
    }
}

fn load_named(source: &Source, limits: Limits) -> Result<Dataset, DatasetError> {
    let name = source.name;
    let definition = name.definition();
    let (train, test, origin) = match &definition.origin {
        Origin::Idx(published) => published::load(source, published, limits)?,
        Origin::Cifar(archive) => cifar::load(source, archive, limits)?,
        Origin::ImageFolder => return image_folder::load(source),
        Origin::Embedded(images) => {
            if let Some(path) = &source.path {
                tracing::warn!("`{name}` is embedded: folder {} is not read", path.display());
            }
            let (train, test) = images()?;
            (train, test, "embedded".to_owned())
        }
    };
    Ok(Dataset {
        name,
        requested: name,
        origin,
        fingerprint: None,
        classes: definition.classes,
        train,
        test,
        normalisation: source.normalisation.clone().unwrap_or_else(|| definition.normalisation()),
    })
}

#[cfg(test)]
mod tests;

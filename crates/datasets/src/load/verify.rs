//! Is it the published file?

use super::{Part, published::File};
use crate::{
    DatasetError, DatasetName,
    catalogue::{Origin, Published},
};

/// For downloads and the cache: the content must be the published one.
pub(super) fn strictly(file: &File, published: &Published) -> Result<(), DatasetError> {
    let expected = published.md5[file.part as usize];
    if file.idx.md5 == expected {
        return Ok(());
    }
    Err(DatasetError::Checksum { file: file.name.clone(), found: file.idx.md5.clone(), expected })
}

/// For a folder that the user named: people have files of their own, but a published file in
/// another's place is a mistake.
pub(super) fn kindly(file: &File, published: &Published) -> Result<(), DatasetError> {
    let Err(difference) = strictly(file, published) else {
        return Ok(());
    };
    let Some(found) = recognise(&file.idx.md5, published) else {
        tracing::warn!("own data is used: {difference}");
        return Ok(());
    };
    Err(DatasetError::Swapped {
        file: file.name.clone(),
        found,
        expected: file.part.describe().to_owned(),
    })
}

/// The published file that has this checksum, in words.
fn recognise(md5: &str, published: &Published) -> Option<String> {
    let part = |published: &Published| {
        let position = published.md5.iter().position(|&known| known == md5)?;
        Some(Part::ALL[position].describe())
    };
    let elsewhere = |&name: &DatasetName| match &name.definition().origin {
        Origin::Idx(published) => Some(format!("{} of `{name}`", part(published)?)),
        Origin::Cifar(_) | Origin::ImageFolder | Origin::Embedded(_) => None,
    };
    let here = part(published).map(str::to_owned);
    here.or_else(|| DatasetName::ALL.iter().find_map(elsewhere))
}

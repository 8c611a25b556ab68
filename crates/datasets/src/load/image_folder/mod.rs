//! Images in folders, one for each class: `train/<class>/…` and `test/<class>/…` or `val/<class>/…`.

mod decode;
mod error;
#[cfg(test)]
mod tests;
mod walk;

use std::path::Path;

use md5::{Digest, Md5};

pub use error::ImageFolderError;

use super::Source;
use crate::{Dataset, DatasetError, DatasetName, Images, Normalisation};

/// Folders of test images, in the order in which they are looked for.
const TEST: [&str; 2] = ["test", "val"];

/// Reads the folder: classes are the folders of `train`, in the order of their names.
pub(super) fn load(source: &Source) -> Result<Dataset, DatasetError> {
    let folder = source.path.as_deref().ok_or(ImageFolderError::NoPath)?;
    let size = source.size.filter(|&size| size > 0).ok_or(ImageFolderError::NoSize)?;
    if !folder.is_dir() {
        return Err(DatasetError::NotAFolder { path: folder.to_owned() });
    }
    let inside = |name: &str| Some(folder.join(name)).filter(|path| path.is_dir());
    let lacks = |what| ImageFolderError::NoSplit { folder: folder.to_owned(), what };
    let training = inside("train").ok_or_else(|| lacks("train"))?;
    let test = TEST.into_iter().find_map(inside).ok_or_else(|| lacks("test or val"))?;

    let classes = walk::classes(&training)?;
    let train = read(&training, &classes, size)?;
    let test = read(&test, &classes, size)?;
    let normalisation = source.normalisation.clone().unwrap_or_else(|| Normalisation::of(&train));
    Ok(Dataset {
        name: DatasetName::ImageFolder,
        requested: DatasetName::ImageFolder,
        origin: format!("folder {}", folder.display()),
        fingerprint: Some(fingerprint(&[&train, &test])),
        classes: classes.len(),
        train,
        test,
        normalisation,
    })
}

fn read(folder: &Path, classes: &[String], size: usize) -> Result<Images, DatasetError> {
    let files = walk::files(folder, classes)?;
    tracing::info!(
        "{}: {} images of {} classes are decoded to {size}x{size} pixels",
        folder.display(),
        files.len(),
        classes.len()
    );
    decode::decode(&files, size)
}

/// The beginning of the MD5 of all pixels and labels.
fn fingerprint(parts: &[&Images]) -> String {
    let mut digest = Md5::new();
    for images in parts {
        digest.update(images.pixels());
        images.labels().iter().for_each(|label| digest.update(label.to_le_bytes()));
    }
    digest.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

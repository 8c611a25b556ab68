//! Which files there are, always in the same order.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::ImageFolderError;
use crate::DatasetError;

/// A file and its class.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ImageFile {
    pub(super) path: PathBuf,
    pub(super) label: u16,
}

/// Names of the folders in `folder`, sorted: the classes.
pub(super) fn classes(folder: &Path) -> Result<Vec<String>, DatasetError> {
    let names: Vec<String> = entries(folder)?
        .iter()
        .filter(|path| path.is_dir())
        .map(|path| name(path).to_owned())
        .collect();
    if names.len() < 2 || names.len() > usize::from(u16::MAX) {
        let (folder, found) = (folder.to_owned(), names.len());
        return Err(ImageFolderError::Classes { folder, found }.into());
    }
    Ok(names)
}

/// The images of every class, one class after the other, each in the order of its paths.
pub(super) fn files(folder: &Path, classes: &[String]) -> Result<Vec<ImageFile>, DatasetError> {
    let mut files = Vec::new();
    let mut others = 0;
    for class in entries(folder)?.iter().filter(|path| path.is_dir()) {
        let label = classes.binary_search_by(|known| known.as_str().cmp(name(class)));
        let Ok(label) = label else {
            return Err(ImageFolderError::UnknownClass { folder: class.clone() }.into());
        };
        let before = files.len();
        let mut left = vec![class.clone()];
        while let Some(path) = left.pop() {
            if path.is_dir() {
                left.extend(entries(&path)?.into_iter().rev());
            } else if is_image(&path) {
                files.push(ImageFile { path, label: label as u16 });
            } else {
                others += 1;
            }
        }
        if files.len() == before {
            return Err(ImageFolderError::NoImages { folder: class.clone() }.into());
        }
    }
    if files.is_empty() {
        return Err(ImageFolderError::NoImages { folder: folder.to_owned() }.into());
    }
    if others > 0 {
        let folder = folder.display();
        tracing::warn!(
            "{folder}: {others} files that are neither .png, .jpg nor .jpeg are left out"
        );
    }
    Ok(files)
}

/// What is in a folder, in the order of names, without what is hidden.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let read = || -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
    };
    let failed = |reason| DatasetError::Read { file: folder.display().to_string(), reason };
    let mut paths = read().map_err(failed)?;
    paths.retain(|path| !name(path).starts_with('.'));
    paths.sort_unstable();
    Ok(paths)
}

/// The last part of a path; nothing where it is no text, which is left out as if it was hidden.
fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or(".")
}

fn is_image(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

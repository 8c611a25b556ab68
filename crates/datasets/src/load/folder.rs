//! The four files in a folder.

use std::{
    fs,
    io::BufReader,
    path::{Path, PathBuf},
};

use super::{Part, idx, published::File, verify};
use crate::{DatasetError, catalogue::Published};

/// Reads the four files of a folder that the user named.
pub(super) fn read(folder: &Path, published: &Published) -> Result<[File; 4], DatasetError> {
    if !folder.is_dir() {
        return Err(DatasetError::NotAFolder { path: folder.to_owned() });
    }
    // All are looked for before the first is read, so that one message names all that are missing.
    let is_missing = |part: &Part| find(folder, *part).is_none();
    let missing: Vec<_> = Part::ALL.into_iter().filter(is_missing).collect();
    let lacks = |missing: &[Part]| DatasetError::MissingFiles {
        folder: folder.to_owned(),
        missing: missing.iter().map(|part| part.file_name().to_owned()).collect(),
    };
    if !missing.is_empty() {
        return Err(lacks(&missing));
    }
    Part::each(|part| {
        let path = find(folder, part).ok_or_else(|| lacks(&[part]))?;
        let file = read_file(part, &path)?;
        verify::kindly(&file, published)?;
        Ok(file)
    })
}

/// Where the file is, under any of its names.
pub(super) fn find(folder: &Path, part: Part) -> Option<PathBuf> {
    let mut paths = part.file_names().into_iter().map(|name| folder.join(name));
    paths.find(|path| path.is_file())
}

/// Reads one file.
pub(super) fn read_file(part: Part, path: &Path) -> Result<File, DatasetError> {
    let name = path.display().to_string();
    let failed = |reason| DatasetError::Read { file: name.clone(), reason };
    let file = fs::File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let idx = idx::decode(&name, part.kind(), BufReader::new(file), length)?;
    Ok(File { part, name, idx })
}

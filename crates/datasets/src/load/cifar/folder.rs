//! The files in a folder that the user named.

use std::path::{Path, PathBuf};

use super::{CifarError, Content, Contents, archive as packed};
use crate::{
    DatasetError,
    catalogue::{Archive, RecordFile},
};

/// Reads the files of the folder, of the archive's own folder inside it, or of the archive in it.
///
/// There are no checksums for single files, and people have files of their own: records are checked
/// one by one when they are decoded, and whether it is the published data is not known.
pub(super) fn read(folder: &Path, archive: &Archive) -> Result<Contents, DatasetError> {
    if !folder.is_dir() {
        return Err(DatasetError::NotAFolder { path: folder.to_owned() });
    }
    let places = [folder.to_owned(), folder.join(archive.folder)];
    let path = folder.join(archive.file);
    if let Some(place) = places.iter().find(|place| missing(place, archive).is_empty()) {
        let contents = in_place(place, archive)?;
        tracing::info!(
            "{}: what the files hold is not compared with the published data, of which there is a checksum \
             of the whole archive only",
            place.display()
        );
        return Ok(contents);
    }
    if path.is_file() {
        let (name, bytes) = (path.display().to_string(), packed::read(&path)?);
        if let Err(difference) = packed::verify(&name, &bytes, archive) {
            tracing::warn!("own data is used: {difference}");
        }
        return packed::unpack(&name, &bytes, archive);
    }
    Err(lacking(places, archive))
}

fn in_place(place: &Path, archive: &Archive) -> Result<Contents, DatasetError> {
    let read = |file: &RecordFile| -> Result<Content, DatasetError> {
        let path = place.join(file.name);
        let bytes = packed::read(&path)?;
        let records = bytes.len() / archive.record_bytes();
        let name = path.display().to_string();
        if records != file.records {
            tracing::warn!(
                "own data is used: {name} holds {records} records, the published file {}",
                file.records
            );
        }
        Ok(Content { file: name, bytes })
    };
    let training = archive.training.iter().map(read).collect::<Result<_, _>>()?;
    Ok((training, read(archive.test)?))
}

/// Tells of the place that has more of the files.
fn lacking(places: [PathBuf; 2], archive: &Archive) -> DatasetError {
    let [outer, inner] = places.map(|place| (missing(&place, archive), place));
    let (missing, folder) = if inner.0.len() < outer.0.len() { inner } else { outer };
    CifarError::Missing { folder, missing, archive: archive.file }.into()
}

fn missing(place: &Path, archive: &Archive) -> Vec<String> {
    let names = archive.names().into_iter();
    names.filter(|name| !place.join(name).is_file()).map(str::to_owned).collect()
}

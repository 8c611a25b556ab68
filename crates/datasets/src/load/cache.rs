//! Downloads of earlier runs.

use std::{
    fmt, fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::{
    Part, Source,
    folder::{find, read_file},
    published::File,
    verify,
};
use crate::catalogue::Published;

/// The folder of one data set's downloads; none where the user has no cache folder.
pub(super) struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// `<cache>/<name>`: the files of MNIST and Fashion-MNIST have the same names.
    pub(super) fn of(source: &Source) -> Self {
        let users = || Some(dirs::cache_dir()?.join("pruning-lab"));
        let root = source.cache.clone().or_else(users);
        Self { folder: root.map(|root| root.join(source.name.as_str())) }
    }

    /// The file if it is there and whole; a damaged one is warned of and will be fetched again.
    pub(super) fn read(&self, part: Part, published: &Published) -> Option<File> {
        let path = find(self.folder.as_deref()?, part)?;
        let checked = |file: File| verify::strictly(&file, published).map(|()| file);
        read_file(part, &path)
            .and_then(checked)
            .inspect_err(|error| tracing::warn!("cache: {error}"))
            .ok()
    }

    /// The folder, where there is one on this system; it need not exist.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Keeps the bytes of a part, in the place of a damaged file, under whichever name that was found.
    pub(super) fn write_part(&self, part: Part, bytes: &[u8]) {
        let found = self.folder().and_then(|folder| find(folder, part));
        let name = found.as_ref().and_then(|path| path.file_name()?.to_str());
        self.write(name.unwrap_or(&part.packed_name()), bytes);
    }

    /// Keeps the bytes of a download; a cache that cannot be written to is no reason to fail.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) {
        let Some(folder) = &self.folder else { return };
        if let Err(error) = replace(folder, name, bytes) {
            let folder = folder.display();
            tracing::warn!("cache {folder} cannot be written to ({error}): will download again");
        }
    }
}

impl fmt::Display for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.folder {
            Some(folder) => folder.display().fmt(f),
            None => f.write_str("(there is no cache folder on this system)"),
        }
    }
}

/// Other processes may read or write the same file: they see the old one or the new one, whole.
fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new();
    // Temporary files are private by default, but a cache may be shared by users.
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = file.prefix(name).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))?;
    Ok(())
}

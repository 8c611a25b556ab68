use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::process::Process;
use crate::error::Error;
use crate::records::{files, lock_shared};

/// The place of this process among those that share a folder.
#[derive(Debug)]
pub(crate) struct Worker {
    /// Its name, which no other process has or had.
    pub(crate) name: String,
    /// Its own folder.
    pub(crate) folder: PathBuf,
    _lock: Option<File>,
}

impl Worker {
    /// Makes a folder for this process: by the name given, with a number behind it where that is taken, or by
    /// its machine and number.
    ///
    /// # Errors
    /// When the folder cannot be written, or one process has it for itself.
    pub(crate) fn join(root: &Path, name: Option<&str>) -> Result<Self, Error> {
        for folder in [files::WORKERS, files::CLAIMS, files::DONE] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, &error))?;
        }
        let lock = lock_shared(root)?;
        let process = Process::this();
        let named = || format!("{}-{}", process.host, process.pid);
        let name = name.map_or_else(named, str::to_owned);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        for name in std::iter::once(name.clone()).chain(numbered) {
            let folder = root.join(files::WORKERS).join(&name);
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(Self { name, folder, _lock: lock }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::file(&folder, &error)),
            }
        }
        unreachable!("there are always more numbers")
    }
}

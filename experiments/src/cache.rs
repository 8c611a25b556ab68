//! Trained dense networks, kept for other experiments that need the same ones.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::archive::Archive;
use crate::digest::digest;
use crate::error::Error;
use crate::processor;

/// A folder with a file for each network, by the id of the run that trained it and by the processor: another
/// kind rounds differently. Any number of processes may use it: files appear and go whole, and whatever is not
/// whole, or not what its name says, is as if it were not there.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    /// Bytes that it may hold.
    limit: u64,
}

const RUN: &str = "run";
const PROCESSOR: &str = "processor";
const ENDING: &str = ".safetensors";

impl Cache {
    /// A cache in this folder, which is made, of at most so many bytes.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, limit: u64) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
        Ok(Self { folder: folder.to_owned(), limit })
    }

    /// What was kept of a run on this kind of processor.
    pub(crate) fn get(&self, run: &str) -> Option<Archive> {
        let path = self.path(run);
        let archive = match Archive::read(&path) {
            Ok(archive) => archive?,
            Err(error) => {
                tracing::warn!("{error}; the network is trained again");
                return None;
            }
        };
        let is_it = archive.fact(RUN) == Some(run)
            && archive.fact(PROCESSOR) == Some(processor::kind().as_str());
        // Used last is deleted last. Whether that can be told is of no importance.
        let _ = File::options()
            .append(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::now()));
        is_it.then_some(archive)
    }

    /// Keeps it, and deletes what was not used for the longest time where there is too much. A cache that
    /// cannot be written is no reason to end anything.
    pub(crate) fn put(&self, run: &str, mut archive: Archive) {
        archive.set(RUN, run);
        archive.set(PROCESSOR, processor::kind());
        let path = self.path(run);
        if let Err(error) = archive.write(&path).and_then(|()| self.shrink(&path)) {
            tracing::warn!("{error}; the network is not kept for other experiments");
        }
    }

    fn shrink(&self, newest: &Path) -> Result<(), Error> {
        let failed = |error: std::io::Error| Error::file(&self.folder, &error);
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            // Another process may have deleted it meanwhile.
            if path.to_string_lossy().ends_with(ENDING)
                && let Ok(data) = path.metadata()
                && let Ok(used) = data.modified()
            {
                files.push((path == newest, used, data.len(), path));
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, _, length, _)| length).sum();
        for (_, _, length, path) in files {
            if total <= self.limit {
                break;
            }
            let _ = fs::remove_file(path);
            total -= length;
        }
        Ok(())
    }

    fn path(&self, run: &str) -> PathBuf {
        let kind = digest(processor::kind(), 4);
        self.folder.join(format!("{run}-{kind}{ENDING}"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn archive(length: usize) -> Archive {
        let mut archive = Archive::default();
        archive.put_text("rows", &"x".repeat(length));
        archive
    }

    #[test]
    fn what_was_kept_comes_back_unless_it_is_damaged_or_another_s() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("new"), 1 << 20).unwrap();
        assert_eq!(cache.get("a"), None);
        cache.put("a", archive(10));
        assert_eq!(cache.get("a").unwrap().texts("rows")[""], "x".repeat(10));
        fs::copy(cache.path("a"), cache.path("b")).unwrap();
        assert_eq!(cache.get("b"), None);
        let mut bytes = fs::read(cache.path("a")).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(cache.path("a"), bytes).unwrap();
        assert_eq!(cache.get("a"), None);
    }

    #[test]
    fn what_was_used_last_stays() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = Cache::open(folder.path(), u64::MAX).unwrap();
        for (age, run) in [(30, "a"), (20, "b"), (10, "c")] {
            cache.put(run, archive(1000));
            let time = SystemTime::now() - Duration::from_secs(age);
            let file = File::options().append(true).open(cache.path(run));
            file.and_then(|file| file.set_modified(time)).unwrap();
        }
        assert!(cache.get("a").is_some());
        // Room for three and a half.
        cache.limit = fs::metadata(cache.path("a")).unwrap().len() * 7 / 2;
        cache.put("d", archive(1000));
        let left = ["a", "b", "c", "d"].map(|run| cache.get(run).is_some());
        assert_eq!(left, [true, false, true, true]);
    }
}

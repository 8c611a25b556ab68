use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::error::Error;

/// Makes a file that nobody has made yet: of any number of processes, on any number of machines, exactly one
/// gets `true`. Whoever sees the file sees all of it: it is written under the name `own`, which must
/// be this process's, and linked, which is exclusive on NFS of every version.
pub(super) fn create(path: &Path, own: &Path, content: &str) -> io::Result<bool> {
    // A file that a power cut leaves empty would be there for ever, and say nothing.
    let mut file = File::create(own)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(own, path);
    let outcome = match linked {
        Ok(()) => Ok(true),
        // The answer of a server may get lost, and the question be asked again.
        Err(_) if has_two_names(own) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        // No file has two names here, as on FAT: its content follows an instant later.
        Err(_) => create_new(path, content),
    };
    fs::remove_file(own)?;
    outcome
}

/// Makes a file that nobody has made yet, or leaves the one that somebody has: it is there afterwards.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn create_once(path: &Path, content: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let own = tempfile::Builder::new().prefix(".once-").suffix(".part").tempfile_in(folder);
    let made = own.and_then(|own| create(path, own.path(), content));
    made.map(|_| ()).map_err(|error| Error::file(path, &error))
}

fn create_new(path: &Path, content: &str) -> io::Result<bool> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(content.as_bytes())?;
            file.sync_all().map(|()| true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn has_two_names(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.nlink() == 2)
}

#[cfg(not(unix))]
fn has_two_names(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn exactly_one_of_many_makes_it() {
        let folder = tempfile::tempdir().unwrap();
        for file in 0..20 {
            for create in [create, |path: &Path, _: &Path, text: &str| create_new(path, text)] {
                let path = folder.path().join(file.to_string());
                let barrier = Barrier::new(8);
                let made = &|thread: usize| {
                    barrier.wait();
                    let own = folder.path().join(format!("own-{thread}"));
                    create(&path, &own, &thread.to_string()).unwrap()
                };
                let made: Vec<bool> = std::thread::scope(|scope| {
                    let threads: Vec<_> =
                        (0..8).map(|thread| scope.spawn(move || made(thread))).collect();
                    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
                });
                let winner = made.iter().position(|&made| made).unwrap();
                assert_eq!(made.iter().filter(|&&made| made).count(), 1);
                assert_eq!(fs::read_to_string(&path).unwrap(), winner.to_string());
                fs::remove_file(&path).unwrap();
            }
        }
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone/file");
        assert!(create(&gone, &folder.path().join("own"), "x").is_err());
    }
}

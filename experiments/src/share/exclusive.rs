use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::error::Error;

/// Makes a file that nobody has made yet: of any number of processes, on any number of machines, exactly one
/// gets `true`. Whoever sees the file sees all of it: it is written under the name `own`, which must
/// be this process's, and linked, which is exclusive on NFS of every version.
pub(super) fn create(path: &Path, own: &Path, content: &str) -> io::Result<bool> {
    create_by(|own, path| fs::hard_link(own, path), path, own, content)
}

fn create_by(
    link: impl FnOnce(&Path, &Path) -> io::Result<()>,
    path: &Path,
    own: &Path,
    content: &str,
) -> io::Result<bool> {
    // A file that a power cut leaves empty would be there for ever, and say nothing.
    let mut file = File::create(own)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    let outcome = match link(own, path) {
        Ok(()) => Ok(true),
        // The answer of a server may get lost, and the question be asked again. Not told by the number of names, which
        // an NFS client remembers from before.
        Err(_) if is_same(own, path) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        // No file has two names here, as on FAT: its content follows an instant later.
        Err(_) => create_new(path, content),
    };
    match fs::remove_file(own) {
        // Here too: removed by the first asking.
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => outcome,
    }
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
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let file = |path| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
    matches!((file(one), file(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
fn is_same(_: &Path, _: &Path) -> bool {
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

    #[cfg(unix)]
    #[test]
    fn an_answer_that_gets_lost_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (path, own) = (folder.path().join("file"), folder.path().join("own"));
        // What a server does that is asked twice, since nobody has heard its first answer.
        let twice = |own: &Path, path: &Path| {
            let _ = fs::hard_link(own, path);
            fs::hard_link(own, path)
        };
        assert!(create_by(twice, &path, &own, "first").unwrap());
        assert!(!create_by(twice, &path, &own, "second").unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        let and_removed =
            |own: &Path, path: &Path| fs::hard_link(own, path).and_then(|()| fs::remove_file(own));
        assert!(create_by(and_removed, &folder.path().join("other"), &own, "third").unwrap());
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone/file");
        assert!(create(&gone, &folder.path().join("own"), "x").is_err());
    }
}

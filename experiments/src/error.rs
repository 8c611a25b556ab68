//! What ends the program, and what it says then.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::invariants::Violation;

/// An error with a message for the user; every one names the file, key or layer it is about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration is not valid; one line for each problem.
    #[error("{}", Problems(origin, problems))]
    Config {
        /// The file, and what was set on the command line.
        origin: String,
        /// All that is wrong with it.
        problems: Vec<Problem>,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What went wrong and what to do.
        problem: String,
    },
    /// Data cannot be had.
    #[error(transparent)]
    Data(#[from] datasets::DatasetError),
    /// A network cannot be built, or its weights not be read.
    #[error(transparent)]
    Model(#[from] models::ModelError),
    /// A mask cannot be made.
    #[error(transparent)]
    Prune(#[from] pruning::PruneError),
    /// The command line lacks something, or has something that does not fit.
    #[error("{0}")]
    Usage(String),
    /// The backend is not there.
    #[error("{0}")]
    Backend(String),
    /// An invariant does not hold: what follows could not be trusted.
    #[error("{run}: {violation}")]
    Invariant {
        /// The run.
        run: String,
        /// The invariant, the layer and the numbers.
        violation: Violation,
    },
    /// A run that was done again gave something else.
    #[error("{run}: {problem}")]
    Differs {
        /// The run.
        run: String,
        /// The table and the first value that differs.
        problem: String,
    },
    /// A picture cannot be drawn.
    #[error("{}: cannot be drawn: {problem}", path.display())]
    Plot {
        /// The picture.
        path: PathBuf,
        /// What the drawing library says.
        problem: String,
    },
    /// A mistake in this program.
    #[error("{run}: internal error: {problem}")]
    Internal {
        /// The run.
        run: String,
        /// What it panicked with.
        problem: String,
    },
    /// Another process does the run now, since this one was not heard of for too long.
    #[error("{run}: was taken over by {by}")]
    TakenOver {
        /// The run.
        run: String,
        /// The other process.
        by: String,
    },
    /// Stopped by the user.
    #[error("stopped; run the same command again to continue")]
    Interrupted,
}

impl Error {
    /// An error about a file, in the words of the operating system and with a remedy where one is
    /// known.
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        let remedy = match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                "; choose a folder that can be written with --results DIR"
            }
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::FileTooLarge => {
                "; make room and run the same command again: finished runs are kept"
            }
            std::io::ErrorKind::NotFound => {
                "; check the path: a relative one starts where the command was called"
            }
            _ => "",
        };
        Self::File { path: path.to_owned(), problem: format!("{error}{remedy}") }
    }
}

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, in dotted form (`prune.densities`).
    pub key: String,
    /// What was found and what was expected.
    pub message: String,
    /// File and line that the key stands in, where they are known.
    pub origin: Option<String>,
}

impl Problem {
    /// A problem with a key, wherever that stands.
    pub fn new(key: &str, message: impl Into<String>) -> Self {
        Self { key: key.to_owned(), message: message.into(), origin: None }
    }
}

struct Problems<'a>(&'a str, &'a [Problem]);

impl fmt::Display for Problems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.1.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            let colon = if problem.key.is_empty() { "" } else { ": " };
            let origin = problem.origin.as_deref().unwrap_or(self.0);
            write!(f, "{separator}{origin}: {}{colon}{}", problem.key, problem.message)?;
        }
        Ok(())
    }
}

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::process::Process;
use crate::error::Error;
use crate::records::{files, write_for_now};

/// What a process says of itself, again and again: that it lives, and what it is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Beat {
    /// Name of its folder; empty where it has the results folder for itself.
    pub(super) worker: String,
    /// How often it has said so: the file changes each time, whatever the clocks say.
    pub(super) count: u64,
    /// Seconds of silence after which nothing more is expected.
    pub(super) lease: f64,
    /// Runs at a time.
    pub(super) jobs: usize,
    /// Runs that it has finished.
    pub(super) finished: usize,
    /// Whether it goes on.
    pub(super) state: State,
    /// Which one it is.
    pub(super) process: Process,
    /// The runs under way.
    #[serde(default)]
    pub(super) running: Vec<Running>,
}

/// Whether a process goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It does.
    #[default]
    Working,
    /// There was nothing left to do, or it was asked to stop.
    Ended,
    /// It could not go on, and why.
    Failed(String),
}

/// A run under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Running {
    /// Its id.
    pub(super) run: String,
    /// What it does, in words.
    pub(super) name: String,
    /// The density it is at, from 1.
    pub(super) round: usize,
    /// Densities.
    pub(super) rounds: usize,
    /// Seconds since it was begun by this process.
    pub(super) seconds: u64,
}

impl Beat {
    /// Says it.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        let text = toml::to_string(self).expect("plain values always have a TOML form");
        write_for_now(&folder.join(files::BEAT), text.as_bytes())
    }

    /// What was said last, as text; nothing where nothing was.
    pub(super) fn text(folder: &Path) -> String {
        std::fs::read_to_string(folder.join(files::BEAT)).unwrap_or_default()
    }

    /// What a text says, if it says anything.
    pub(super) fn parse(text: &str) -> Option<Self> {
        toml::from_str(text).ok()
    }

    /// Whether it will not go on with its runs.
    pub(super) fn is_over(&self) -> bool {
        self.state != State::Working || self.process.has_died()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Beat::parse(&Beat::text(folder.path())), None);
        let running = Running {
            run: "0123456789ab".to_owned(),
            name: "sipp one-shot fine-tune, seed 1".to_owned(),
            round: 2,
            rounds: 6,
            seconds: 75,
        };
        let beat = Beat {
            worker: "a".to_owned(),
            count: 3,
            lease: 60.0,
            jobs: 2,
            finished: 4,
            state: State::Working,
            process: Process::this(),
            running: vec![running],
        };
        beat.write(folder.path()).unwrap();
        assert_eq!(Beat::parse(&Beat::text(folder.path())), Some(beat.clone()));
        assert!(!beat.is_over());
        for state in [State::Ended, State::Failed("the disk is \"full\"".to_owned())] {
            let last = Beat { state, running: Vec::new(), ..beat.clone() };
            last.write(folder.path()).unwrap();
            let read = Beat::parse(&Beat::text(folder.path())).unwrap();
            assert!(read == last && read.is_over());
        }
    }
}

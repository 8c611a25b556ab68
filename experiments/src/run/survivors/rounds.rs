use std::path::{Path, PathBuf};

use super::Survivors;
use crate::archive::Archive;
use crate::config::Timing;
use crate::error::Error;
use crate::processor;
use crate::records::{files, from_text};

/// What a run has behind it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Behind {
    /// Densities that are done.
    pub(super) rounds: usize,
    /// Those of them without a result.
    pub(super) failed: usize,
    /// Wall-clock seconds that they took.
    pub(super) seconds: f64,
}

/// Names in the file.
const ROUNDS: &str = "rounds";
const FAILED: &str = "failed";
const SECONDS: &str = "seconds";
const BROKEN: &str = "broken";
const ROWS: &str = "rows/";
const SIDES: &str = "sides";
const NETWORK: &str = "network/";
const MASK: &str = "mask/";

/// A run that is cut off goes on from its last finished density, and ends in the same bits: all draws of a
/// density follow from the run's seed and its number, every training begins with an optimiser that
/// remembers nothing, and what one density hands to the next is the last survivor with its mask.
impl Survivors<'_> {
    /// Keeps what has been reached, in place of what was kept before.
    pub(super) fn keep(&self, behind: Behind) -> Result<(), Error> {
        let run = &self.run.id;
        let store = self.context.store;
        let mut archive = self.identity();
        archive.set(ROUNDS, behind.rounds);
        archive.set(FAILED, behind.failed);
        archive.set(SECONDS, behind.seconds);
        if let Some(reason) = &self.broken {
            archive.set(BROKEN, reason);
        }
        for (table, rows) in store.rows_of(run) {
            archive.put_text(&format!("{ROWS}{table}"), &rows);
        }
        if let Some(certificates) = &self.certificates {
            archive.put_text(SIDES, &certificates.sides_text()?);
        }
        // Under the other schedules a density begins from the parent.
        if self.how.timing == Timing::Iterative {
            archive.put_network(NETWORK, &self.current.0);
            archive.put_mask(MASK, &self.current.1);
        }
        archive.write(&files::rounds(store.folder(), run))
    }

    /// Goes back to what was kept last, by this process or by the one that had the run before.
    pub(super) fn resume(&mut self) -> Result<Behind, Error> {
        for folder in self.context.earlier_folders(&self.run.id) {
            let path = files::rounds(&folder, &self.run.id);
            let outcome = Archive::read(&path).and_then(|archive| match archive {
                Some(archive) => self.go_back_to(&archive, &path),
                None => Ok(None),
            });
            match outcome {
                Ok(Some(behind)) => {
                    self.take_masks(&folder, behind)?;
                    tracing::info!(
                        "{} goes on after {} finished densities",
                        self.run.id,
                        behind.rounds
                    );
                    let all = self.context.prepared.all_iterations(self.run);
                    self.context.meter.skip(behind.rounds * (all / self.run.trainings().max(1)));
                    return Ok(behind);
                }
                Ok(None) => {}
                // Nothing is lost but time.
                Err(error) => tracing::warn!("{error}; the run starts over"),
            }
        }
        Ok(Behind::default())
    }

    /// The run's file of what was reached is of no use any more.
    pub(super) fn discard(&self) {
        // A file that stays is of a finished run, and never read again.
        let _ = std::fs::remove_file(files::rounds(self.context.store.folder(), &self.run.id));
    }

    /// `None` where the file was not written by this program for this run on a processor like this one.
    fn go_back_to(&mut self, archive: &Archive, path: &Path) -> Result<Option<Behind>, Error> {
        let expected = self.identity();
        let is_mine = |fact: &&str| archive.fact(fact) == expected.fact(fact);
        if let Some(other) = IDENTITY.iter().find(|fact| !is_mine(fact)) {
            let (found, here) = (archive.fact(other), expected.fact(other).unwrap_or_default());
            let problem = format!("{other} {}; here it is {here}", found.unwrap_or("not told"));
            return Err(Error::File { path: path.to_owned(), problem });
        }
        let number = |fact: &str| archive.fact(fact).and_then(|text| text.parse::<f64>().ok());
        let [Some(rounds), Some(failed), Some(seconds)] = [ROUNDS, FAILED, SECONDS].map(number)
        else {
            return Ok(None);
        };
        // All of it is looked at before anything is changed: a run that starts over must do so from nothing.
        let prepared = self.context.prepared;
        let mut current = None;
        if self.how.timing == Timing::Iterative {
            let network =
                archive.network(NETWORK, &prepared.architecture, path, &prepared.device)?;
            let Some(mask) = archive.mask(MASK, &prepared.architecture) else { return Ok(None) };
            current = Some((network, mask));
        }
        let sides = from_text(&archive.texts(SIDES).remove("").unwrap_or_default(), path)?;
        if !self.context.store.restore(&self.run.id, &archive.texts(ROWS))? {
            let problem = "rows of another version of the program".to_owned();
            return Err(Error::File { path: path.to_owned(), problem });
        }
        if let Some(current) = current {
            self.current = current;
        }
        if let Some(certificates) = &mut self.certificates {
            certificates.set_sides(sides);
        }
        self.broken = archive.fact(BROKEN).map(str::to_owned);
        Ok(Some(Behind { rounds: rounds as usize, failed: failed as usize, seconds }))
    }

    fn identity(&self) -> Archive {
        let mut archive = Archive::default();
        let (processor, corruptions) = (processor::kind(), self.context.corruptions_asked());
        let values = [&*self.run.id, env!("CARGO_PKG_VERSION"), &processor, &corruptions];
        IDENTITY.iter().zip(values).for_each(|(fact, value)| archive.set(fact, value));
        archive
    }

    /// Masks that controls train lie where the run is finished.
    fn take_masks(&self, folder: &Path, behind: Behind) -> Result<(), Error> {
        let own = self.context.store.folder();
        for &k in self.run.at.iter().take(behind.rounds).filter(|_| folder != own) {
            let path = |folder: &Path| -> PathBuf { files::mask(folder, &self.run.id, k) };
            if path(folder).exists() {
                std::fs::copy(path(folder), path(own))
                    .map_err(|error| Error::file(&path(own), &error))?;
            }
        }
        Ok(())
    }
}

/// What must be the same for a run to go on from a file.
const IDENTITY: [&str; 4] = ["run", "version", "processor", "corruptions"];

//! What may be concluded from the rows: is it a winning ticket, may the pruned network take the place of its
//! parent, and how much may go at which loss? Everything follows from the rows of `curves.csv`, and of
//! `corruptions.csv` where there are some.

mod potential;
mod rows;
mod ship;
#[cfg(test)]
mod simulated;
mod text;
mod ticket;

use std::path::Path;

use crate::corrupted::Corrupted;
use crate::error::Error;
use crate::records::{CorruptionRow, CurveRow, PotentialRow, VerdictRow, files, write_table};
use crate::statistics::Interval;

/// How much worse than another network, in points of test accuracy, still counts as equally good where the
/// configuration says nothing else.
pub const MARGIN: f64 = 0.5;

/// All that is concluded from the rows of an experiment.
#[derive(Debug, Clone)]
pub struct Verdicts {
    margin: f64,
    tickets: Vec<ticket::Ticket>,
    ships: Vec<ship::Ship>,
    potentials: Vec<PotentialRow>,
}

impl Verdicts {
    /// Judges rows by a margin in points of test accuracy.
    pub fn of(rows: &[CurveRow], margin: f64) -> Self {
        Self {
            margin,
            tickets: ticket::all(rows, margin),
            ships: ship::all(rows, margin),
            potentials: potential::all(rows),
        }
    }

    /// Adds what the same networks are on corrupted test images: what they lose beside the question whether they
    /// may be shipped, and how much may go under each corruption.
    #[must_use]
    pub fn with_corruptions(mut self, rows: &[CurveRow], corruptions: &[CorruptionRow]) -> Self {
        let corrupted = Corrupted::of(corruptions);
        for ship in &mut self.ships {
            ship.corruption_drop = corrupted.drop(&ship.rows);
        }
        self.potentials.extend(potential::corrupted(rows, &corrupted));
        self
    }

    /// The comparisons, as they stand in `verdicts.csv`.
    pub fn rows(&self) -> Vec<VerdictRow> {
        let tickets = self.tickets.iter().flat_map(|ticket| rows::of_ticket(ticket, self.margin));
        tickets.chain(self.ships.iter().map(|ship| rows::of_ship(ship, self.margin))).collect()
    }

    /// Prune ratios, as they stand in `potentials.csv`.
    pub fn potentials(&self) -> &[PotentialRow] {
        &self.potentials
    }

    /// Writes `verdicts.csv` and `potentials.csv`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        write_table(&folder.join(files::VERDICTS), &self.rows())?;
        write_table(&folder.join(files::POTENTIALS), &self.potentials)
    }
}

/// How many of these rows have no result, though their parents have one.
fn lost(rows: &[CurveRow], own: &[CurveRow]) -> usize {
    let parent = |seed| rows.iter().find(|row| row.method == "dense" && row.seed == seed);
    let has_parent =
        |row: &CurveRow| parent(row.seed).is_some_and(|row| row.test_accuracy.is_some());
    own.iter().filter(|row| row.test_accuracy.is_none() && has_parent(row)).count()
}

fn lost_words(lost: usize) -> Option<String> {
    (lost > 0).then(|| format!("results of {lost} seeds"))
}

/// The interval is wholly below what still counts as equally good.
fn is_worse(interval: Option<Interval>, margin: f64) -> bool {
    interval.is_some_and(|interval| interval.high < -margin)
}

/// Nothing in the interval is worse than the margin allows.
fn is_as_good(interval: Option<Interval>, margin: f64) -> bool {
    interval.is_some_and(|interval| interval.low > -margin)
}

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::Prepared;
use crate::logging;
use crate::records::Store;

/// How far the experiment has come, in iterations: a bar on a terminal, nothing when piped.
#[derive(Debug)]
pub struct Meter {
    bar: ProgressBar,
}

impl Meter {
    /// A meter over the runs that are not finished yet, behind a title.
    pub fn new(prepared: &Prepared, store: &Store, title: &str) -> Self {
        let pending = prepared.runs.iter().filter(|run| !store.is_finished(&run.id));
        let total: usize = pending.map(|run| prepared.all_iterations(run)).sum();
        let bar = logging::bars().add(ProgressBar::new(total as u64));
        let style = ProgressStyle::with_template(
            "{prefix}{wide_bar:.cyan/blue} {percent:>3}%  {human_pos}/{human_len} iterations, {elapsed} gone, {eta} left",
        );
        bar.set_style(style.expect("the template is a constant"));
        if !title.is_empty() {
            bar.set_prefix(format!("{title} "));
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Self { bar }
    }

    /// One iteration more.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Iterations that will not be done.
    pub fn skip(&self, iterations: usize) {
        self.bar.inc(iterations as u64);
    }

    /// Share of the work that is done, in percent.
    pub fn percent(&self) -> u64 {
        100 * self.bar.position() / self.bar.length().unwrap_or(1).max(1)
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

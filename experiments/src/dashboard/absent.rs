use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::error::Error;
use crate::train::Look;

/// There is none in this build.
#[derive(Debug)]
pub enum Dashboard {}

impl Dashboard {
    /// Opens it.
    ///
    /// # Errors
    /// Always: it says how to get one.
    pub fn open(_: Arc<AtomicBool>) -> Result<Self, Error> {
        let problem = "--tui: this program was built without the dashboard; build it with it: \
                       cargo run -p experiments --features tui -- CONFIG --tui";
        Err(Error::Usage(problem.to_owned()))
    }

    /// A training begins after so many of its iterations.
    pub fn begin(&self, _: &str, _: (usize, usize)) {
        match *self {}
    }

    /// So many iterations are done.
    pub fn step(&self, _: usize) {
        match *self {}
    }

    /// A look at the validation set.
    pub fn look(&self, _: &Look) {
        match *self {}
    }
}

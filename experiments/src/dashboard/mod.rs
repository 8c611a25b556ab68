//! burn-train's dashboard over the training under way, where the program was built with the feature `tui`.
//!
//! Of burn-train it is the renderer alone, fed from the training loop's looks: its learner would own that loop.

#[cfg(not(feature = "tui"))]
mod absent;
#[cfg(feature = "tui")]
mod shown;

#[cfg(not(feature = "tui"))]
pub use absent::Dashboard;
#[cfg(feature = "tui")]
pub use shown::Dashboard;

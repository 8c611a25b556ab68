//! Drawing weights: errors, the allocation of a budget, and the draws.

mod allocation;
mod draws;
mod error_form;
mod pools;

pub use allocation::{Share, allocate, round_to_budget};
pub use draws::Drawing;
pub use error_form::ErrorForm;
pub(crate) use error_form::error_of_part;
pub(crate) use pools::{Drawn, Fate, Pool, draw};

//! Drawing weights: errors, the allocation of a budget, and the draws.

mod allocation;
mod draws;
mod error_form;

pub use allocation::{Share, allocate, round_to_budget};
pub use draws::Drawing;
pub use error_form::ErrorForm;

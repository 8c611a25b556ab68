//! What things cost: a plan before it is run, and a ticket once it is found.

mod plan;
#[cfg(test)]
mod tests;
mod ticket;

pub use plan::describe;
pub(crate) use plan::{Cost, by_step, measured, words};
pub use ticket::{Terms, tickets};

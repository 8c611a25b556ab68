//! Effective sparsity: which of the weights that a mask keeps still take part.

mod live;
mod without_dead;

#[cfg(test)]
mod tests;

pub use live::{disconnected, live};
pub use without_dead::without_dead;

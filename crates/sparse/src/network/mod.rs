//! Whole networks: forward, backward and update, over the graph of a [`models::Architecture`].

mod average;
mod backward;
mod buffers;
mod clock;
mod elementwise;
mod forward;
mod graph;
mod inference;
mod loss;
mod maximum;
mod norm;
mod optimiser;
mod parameters;
mod reached;
mod trainer;

pub(crate) use inference::Inference;
pub use optimiser::Optimiser;
pub use reached::Reached;
pub use trainer::Trainer;

//! Whole networks: forward, backward and update, over the graph of a [`models::Architecture`].

mod average;
mod backward;
mod buffers;
mod clock;
mod elementwise;
mod forward;
mod graph;
mod loss;
mod maximum;
mod norm;
mod optimiser;
mod parameters;
mod trainer;

pub use optimiser::Optimiser;
pub use trainer::Trainer;

//! Layers that store the weights that pruning left, and compute with no others.
#![deny(missing_docs)]

mod kernels;
mod layer;
mod maps;
mod network;
mod pattern;

pub use layer::{Kernel, Layer};
pub use maps::{Activations, Maps};
pub use network::{Optimiser, Trainer};
pub use pattern::Pattern;

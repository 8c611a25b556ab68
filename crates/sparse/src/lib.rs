//! Layers that store the weights that pruning left, and compute and train with no others.
//!
//! A weight that is stored is multiplied with a whole batch by a few vector instructions, because
//! activations lie in memory as `[channels, height, width, batch]`: a pass costs what is stored, and
//! neither gradients nor what an optimiser remembers exist for other weights.
//!
//! - [`Layer`]: a linear or convolutional layer of a [`Pattern`] of stored weights, with its forward
//!   pass and gradients on [`Activations`];
//! - [`apply`]: the same as an operation of burn with gradients;
//! - [`Trainer`]: a whole [`models::Network`] with its optimiser;
//! - [`Predictor`]: a whole network that answers, from a [file](csr) that has the weights that are left alone.
//!
//! Vector instructions are chosen when the program runs (AVX-512, AVX2, NEON, or what the compiler makes of
//! portable code), on one thread. Bits depend on that choice, for fewer than 16 images also on how many they are,
//! and on nothing else.
//!
//! ```
//! use burn::tensor::Device;
//! use models::{Initialisation, Network, zoo};
//! use sparse::{Optimiser, Pattern, Trainer};
//!
//! let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
//! let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &Device::flex());
//! // Every twentieth weight of each layer stays.
//! let layers = network.architecture().layers().iter();
//! let patterns = layers.map(|layer| {
//!     Pattern::new(layer.fan_in(), (0..layer.weights()).map(|weight| weight % 20 == 0))
//! });
//! let sgd = Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 0.0 };
//! let mut trainer = Trainer::new(&network, patterns.collect(), sgd);
//! let images = vec![0.5; 2 * 28 * 28];
//! let before = trainer.step(images.chunks_exact(28 * 28), &[3, 8], 0.1);
//! let after = trainer.step(images.chunks_exact(28 * 28), &[3, 8], 0.1);
//! assert!(after < before);
//! // An ordinary network, with zeros.
//! let trained = trainer.network();
//! # Ok::<(), models::ModelError>(())
//! ```
//!
//! A network that was pruned and exported answers from its file alone:
//!
//! ```no_run
//! use std::path::Path;
//!
//! let mut predictor = sparse::Predictor::load(Path::new("lenet.csr.safetensors"))?;
//! let image = [0.5; 28 * 28];
//! let logits = predictor.predict(&[&image]);
//! # Ok::<(), models::ModelError>(())
//! ```
#![deny(missing_docs)]

mod chunks;
pub mod csr;
mod full;
mod kernels;
mod layer;
mod maps;
mod network;
mod operation;
mod order;
mod pattern;
mod phases;
mod pixels;
mod plan;
mod predictor;
mod transposed;

pub use layer::{Kernel, Layer};
pub use maps::{Activations, Maps};
pub use network::{Optimiser, Reached, Trainer};
pub use operation::apply;
pub use pattern::{MalformedRows, Pattern};
pub use pixels::Pixels;
pub use predictor::Predictor;

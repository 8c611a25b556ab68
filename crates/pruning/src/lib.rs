//! Which weights of a neural network to keep.
//!
//! A [`Criterion`] scores every prunable weight, a [`Scope`] says where scores compete, and
//! [`prune`] turns both and a [`Budget`] into a [`Mask`] that keeps exactly so many weights. The
//! criteria that come with the crate are listed in [`criteria::ENTRIES`].
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use models::{Initialisation, Network, zoo};
//! use pruning::criteria::Sipp;
//! use pruning::{Density, Mask, Scope, Subject, generator, prune};
//!
//! let device = Device::flex();
//! let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
//! let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &device);
//! let images = Tensor::ones([8, 1, 28, 28], &device);
//!
//! let subject = Subject { network: &network, images: &images };
//! let budget = Density::new(0.1)?.budget(network.architecture().prunable_weights());
//! let everything = Mask::full(network.architecture());
//! let mask = prune(&Sipp::default(), Scope::Global, subject, &everything, budget, &mut generator(7))?;
//! assert_eq!(mask.kept(), 26_620);
//! let pruned = mask.factors(network.architecture(), &device).scale(network);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A criterion of your own
//!
//! ```
//! use chacha20::ChaCha8Rng;
//! use pruning::{Criterion, PruneError, Scores, Subject};
//!
//! /// Keeps the weights that are close to zero.
//! struct Smallness;
//!
//! impl Criterion for Smallness {
//!     fn scores(&self, subject: Subject, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
//!         Scores::by_layer(subject.network, |layer| -subject.network.weight(layer).abs())
//!     }
//! }
//! ```
#![deny(missing_docs)]

mod control;
pub mod criteria;
mod criterion;
mod density;
mod error;
mod mask;
mod points;
mod scope;
mod scores;
mod select;
mod sensitivity;

pub use control::random_like;
pub use criterion::{Criterion, Subject, generator, prune};
pub use density::{Budget, Density};
pub use error::PruneError;
pub use mask::{LayerMask, Mask};
pub use points::sample_size;
pub use scope::Scope;
pub use scores::Scores;
pub use select::select;
pub use sensitivity::sensitivities;

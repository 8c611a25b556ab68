//! Which weights of a neural network to keep.
//!
//! A [`Pruner`] looks at a network and prunes it to any [`Budget`]: the outcome is a [`Mask`], and for
//! methods that draw weights also new values for those that stay. Most methods are a [`Criterion`],
//! which scores every prunable weight; [`Ranked`] makes it a pruner that keeps exactly as many weights
//! as the budget says. Where weights compete for the budget is the [`Scope`]'s matter, and the same for
//! all methods. The methods that come with the crate are listed in [`methods::ENTRIES`].
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use models::{Initialisation, Network, zoo};
//! use pruning::methods::Sipp;
//! use pruning::{Density, Mask, Ranked, Scope, Subject, generator, prune};
//!
//! let device = Device::flex();
//! let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
//! let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &device);
//! let images = Tensor::ones([8, 1, 28, 28], &device);
//!
//! let subject = Subject::new(&network, &images);
//! let budget = Density::new(0.1)?.budget(network.architecture().prunable_weights());
//! let everything = Mask::full(network.architecture());
//! let sipp = Ranked(Sipp::default());
//! let pruned = prune(&sipp, subject, Scope::Global, &everything, budget, &mut generator(7))?;
//! assert_eq!(pruned.mask.kept(), 26_620);
//! let smaller = pruned.apply(&network);
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
//!
//! One that prunes whole channels scores them instead, here by the largest weight of their filters:
//!
//! ```
//! use chacha20::ChaCha8Rng;
//! use pruning::{ChannelCriterion, ChannelScores, Channels, PruneError, Subject};
//!
//! struct Peak;
//!
//! impl ChannelCriterion for Peak {
//!     fn scores(
//!         &self,
//!         subject: Subject,
//!         channels: &Channels,
//!         _: &mut ChaCha8Rng,
//!     ) -> Result<ChannelScores, PruneError> {
//!         let peak = |layer| subject.network.weight(layer).abs().max_dim(1).squeeze_dim(1);
//!         ChannelScores::by_units(channels, peak)
//!     }
//! }
//! ```
#![deny(missing_docs)]

mod budget;
mod certificate;
mod channels;
mod contributions;
mod control;
mod criterion;
mod effective;
mod error;
mod loss;
mod mask;
pub mod methods;
mod named;
mod patches;
mod pfp;
mod points;
mod pruner;
mod ranked;
mod reconstruction;
mod sampling;
mod scores;
mod select;
mod sensitivity;
mod sides;
mod sipp;

pub use budget::{Allocation, Budget, Density, Grain, Quota, Scope};
pub use certificate::{Certificate, Certifier, Outputs, Propagated, SideCertificate, Trust};
pub use channels::{
    ChannelCriterion, ChannelQuota, ChannelScores, ChannelSharing, Channels, Filters, Measure,
};
pub use control::{Inverted, random_of, shuffled};
pub use criterion::{Criterion, Subject, generator};
pub use effective::{disconnected, live, without_dead};
pub use error::PruneError;
pub use loss::{cross_entropy, loss_gradients};
pub use mask::{LayerMask, Mask};
pub use pfp::{ChannelSensitivities, Choice, Offsets, ProvableFilters, channel_sensitivities};
pub use points::sample_size;
pub use pruner::{ChannelDraws, Draws, Examined, Pruned, Pruner, Scored, prune};
pub use ranked::{Ranked, Stepwise};
pub use sampling::{Drawing, ErrorForm, Share, allocate, round_to_budget};
pub use scores::Scores;
pub use select::select;
pub use sensitivity::{LayerSensitivities, Reduction, Sensitivities, sensitivities};
pub use sipp::{SensitivityPruner, Strategy};

//! Networks of named, prunable layers on [burn].
//!
//! A network is an [`Architecture`] (a graph of operations, checked when it is built) together with
//! the parameters of its layers and norms ([`Network`]). Everything else is derived from the description: one
//! forward pass that trains, evaluates and can be watched layer by layer, the counts of parameters
//! and multiply-adds, initial values drawn from a seed, and weight files in PyTorch's layout and
//! names. A network of your own is a function that describes it; see [`zoo`].
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use models::{Initialisation, Network, zoo};
//!
//! let device = Device::flex();
//! let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
//! let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &device);
//! let logits = network.forward(Tensor::zeros([2, 1, 28, 28], &device));
//! assert_eq!(logits.dims(), [2, 10]);
//! assert_eq!(network.architecture().prunable_weights(), 266_200);
//! # Ok::<(), models::ModelError>(())
//! ```
#![deny(missing_docs)]

mod architecture;
mod builder;
mod channels;
mod error;
mod forward;
mod gradients;
mod init;
mod interpolate;
mod layer;
mod load;
mod network;
mod norm;
mod parameters;
mod per_weight;
mod precision;
mod product;
mod reestimate;
mod save;
mod tangent;
pub mod tensors;
mod walk;
mod weights;
mod window;
pub mod zoo;

pub use architecture::{Architecture, Node, Op, Shape};
pub use builder::{Builder, Convolution, Value};
pub use channels::{ChannelGroups, Constants, LayerGroups, Narrowing, Shrunk, Unfolded};
pub use error::ModelError;
pub use init::Initialisation;
pub use layer::{LayerKind, LayerSpec};
pub use network::Network;
pub use norm::{NormSpec, NormValues};
pub use parameters::Parameters;
pub use per_weight::PerWeight;
pub use precision::Half;
pub use window::Window;

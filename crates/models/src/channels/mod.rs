//! Channels of a network: which belong together, which carry a constant, which can go, and the
//! smaller network without them.

mod constants;
mod groups;
mod host;
mod narrow;
mod narrowing;
mod needed;
mod order;
mod pools;
mod resize;
mod shrink;
mod signal;
mod slice;
mod ties;

pub use constants::Constants;
pub use groups::{ChannelGroups, LayerGroups};
pub(crate) use narrow::Misfit;
pub use narrowing::Narrowing;
pub(crate) use order::is_cuttable;
pub use shrink::{Shrunk, Unfolded};

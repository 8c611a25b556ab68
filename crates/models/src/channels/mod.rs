//! Channels of a network: which belong together, which carry a constant, which can go, and the
//! smaller network without them.

mod groups;
mod host;
mod narrow;
mod needed;
mod resize;
mod shrink;
mod signal;
mod slice;

pub use groups::ChannelGroups;
pub(crate) use narrow::Misfit;
pub use shrink::{Shrunk, Unfolded};

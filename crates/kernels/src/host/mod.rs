//! The arithmetic, on slices that lie channels last. Nothing here knows of tensors.

pub(crate) mod convolution;
pub(crate) mod elementwise;
pub(crate) mod max_pool;
pub(crate) mod norm;

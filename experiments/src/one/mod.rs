//! One network, from weight files: scored, pruned, certified, shrunken. No experiment around it.

mod arguments;
mod certify;
mod dense;
mod method;
mod points;
mod prune;
mod score;
mod shrink;
mod table;
mod timing;
mod widths;

pub use certify::Certify;
pub use prune::Prune;
pub use score::Score;
pub use shrink::Shrink;

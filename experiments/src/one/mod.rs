//! One network, from weight files: scored, pruned, certified. No experiment around it.

mod arguments;
mod certify;
mod dense;
mod method;
mod points;
mod prune;
mod score;
mod table;

pub use certify::Certify;
pub use prune::Prune;
pub use score::Score;

//! How many weights stay, and where.

mod allocation;
mod density;
mod quota;
mod scope;
mod share_out;

pub use allocation::Allocation;
pub use density::{Budget, Density};
pub use quota::Quota;
pub(crate) use quota::unit_places;
pub use scope::{Grain, Scope};
pub(crate) use share_out::share_out;

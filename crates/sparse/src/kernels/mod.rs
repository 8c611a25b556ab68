//! The arithmetic, in vector instructions that are chosen when the program runs.
//!
//! All of it goes block by block over output positions and batch: up to 160 values that lie side by side
//! in the output, and for each stored weight side by side in the input. A block's part of the input
//! is read again for every unit, so the units pass by within a block: all of them with one part of the columns
//! (`Chunks`), then with the next. In the innermost functions there are no closures, and no more iterators than
//! needed: what the compiler does not inline is no part of the vector code, and stays a call.

mod bias;
mod block;
mod forward;
mod full;
mod input;
mod sums;
mod values;
mod weights;

pub(crate) use bias::bias_gradient;
pub(crate) use forward::forward;
pub(crate) use input::input_gradient;
pub(crate) use weights::weight_gradient;

//! The same for layers that compute with all their weights: four units at a time read an input together, so that an
//! input is loaded once for four products in place of once for each. Of layers with a single position all
//! bits are those of the other kernels; gradients of convolutions are summed in another order.

mod forward;
mod input;
mod weights;

pub(super) use forward::forward;
pub(super) use input::input_gradient;
pub(super) use weights::weight_gradient;

/// Columns of a part, whose inputs stay in the nearest cache while all units pass by.
const COLUMNS: usize = 64;
/// Units, or inputs, that are computed together.
const TOGETHER: usize = 4;

/// The same part of so many rows of a matrix.
#[inline(always)]
fn rows<const ROWS: usize>(
    matrix: &[f32],
    width: usize,
    first: usize,
    [start, end]: [usize; 2],
) -> [&[f32]; ROWS] {
    let mut rows = [&matrix[..0]; ROWS];
    for (index, part) in rows.iter_mut().enumerate() {
        let row = (first + index) * width;
        *part = &matrix[row + start..row + end];
    }
    rows
}

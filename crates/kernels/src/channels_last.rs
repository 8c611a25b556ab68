//! Maps `[images, channels, height, width]` that lie in memory channel by channel at each position.
//!
//! That is what the kernels read and write. burn's own operations take such a tensor like any
//! other, by its strides.

use std::borrow::Cow;

use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Shape};
use rayon::prelude::*;

/// Shape of maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dims {
    pub(crate) images: usize,
    pub(crate) channels: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
}

impl Dims {
    pub(crate) fn of(tensor: &FlexTensor) -> Self {
        let [images, channels, height, width] = tensor.layout().shape().dims();
        Self { images, channels, height, width }
    }

    pub(crate) fn positions(&self) -> usize {
        self.height * self.width
    }

    pub(crate) fn count(&self) -> usize {
        self.images * self.channels * self.positions()
    }

    fn strides(&self) -> [isize; 4] {
        let row = self.width * self.channels;
        [self.height * row, 1, row, self.channels].map(|stride| stride as isize)
    }
}

/// Whether a tensor lies channels last; an axis of length 1 has no say in it.
fn lies_so(tensor: &FlexTensor, dims: Dims) -> bool {
    let shape = [dims.images, dims.channels, dims.height, dims.width];
    let strides = tensor.layout().strides();
    dims.strides().into_iter().enumerate().all(|(axis, s)| shape[axis] == 1 || strides[axis] == s)
}

/// The numbers `[images, height, width, channels]` of a tensor of shape
/// `[images, channels, height, width]`; copied where they do not lie so.
pub(crate) fn numbers(tensor: &FlexTensor) -> Cow<'_, [f32]> {
    let dims = Dims::of(tensor);
    if lies_so(tensor, dims) {
        let start = tensor.layout().start_offset();
        return Cow::Borrowed(&tensor.storage()[start..][..dims.count()]);
    }
    let tensor = tensor.to_contiguous();
    let start = tensor.layout().start_offset();
    let values: &[f32] = &tensor.storage()[start..][..dims.count()];
    let (positions, channels) = (dims.positions(), dims.channels);
    let size = (positions * channels).max(1);
    let mut turned = vec![0.0; values.len()];
    turned.par_chunks_mut(size).zip(values.par_chunks(size)).for_each(|(turned, values)| {
        transpose(values, turned, channels, positions);
    });
    Cow::Owned(turned)
}

/// A tensor `[images, channels, height, width]` of numbers `[images, height, width, channels]`.
pub(crate) fn tensor(numbers: Vec<f32>, dims: Dims) -> FlexTensor {
    let shape = Shape::new([dims.images, dims.channels, dims.height, dims.width]);
    let layout = Layout::new(shape, dims.strides().to_vec(), 0);
    FlexTensor::new(Bytes::from_elems(numbers), layout, DType::F32)
}

/// The tensor after `change` of its numbers `[images, height, width, channels]`: in place, if nobody
/// else holds it.
pub(crate) fn changed(mut of: FlexTensor, change: impl FnOnce(&mut [f32])) -> FlexTensor {
    let dims = Dims::of(&of);
    let whole = of.layout().start_offset() == 0 && of.storage::<f32>().len() == dims.count();
    if whole
        && lies_so(&of, dims)
        && let Some(values) = of.try_storage_mut()
    {
        change(values);
        return of;
    }
    let mut values = numbers(&of).into_owned();
    change(&mut values);
    tensor(values, dims)
}

/// The numbers of a tensor in its own order.
pub(crate) fn plain(tensor: &FlexTensor) -> Cow<'_, [f32]> {
    match tensor.layout().contiguous_offsets() {
        Some((start, end)) => Cow::Borrowed(&tensor.storage()[start..end]),
        None => Cow::Owned(tensor.to_contiguous().storage().to_vec()),
    }
}

/// `[rows, columns]` to `[columns, rows]`, in blocks that stay in the cache.
fn transpose(from: &[f32], to: &mut [f32], rows: usize, columns: usize) {
    const BLOCK: usize = 16;
    for left in (0..columns).step_by(BLOCK) {
        let right = (left + BLOCK).min(columns);
        for top in (0..rows).step_by(BLOCK) {
            let bottom = (top + BLOCK).min(rows);
            for column in left..right {
                let to = &mut to[column * rows..][top..bottom];
                for (row, value) in (top..bottom).zip(to) {
                    *value = from[row * columns + column];
                }
            }
        }
    }
}

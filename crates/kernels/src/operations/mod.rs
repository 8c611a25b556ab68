//! Each operation on burn-flex's tensors, and the same with gradients.

pub(crate) mod affine;
pub(crate) mod convolution;
pub(crate) mod elementwise;
pub(crate) mod max_pool;
pub(crate) mod norm;

use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;

/// One number for each channel or unit.
fn vector(values: Vec<f32>) -> FlexTensor {
    let length = values.len();
    FlexTensor::from_data(TensorData::new(values, [length]))
}

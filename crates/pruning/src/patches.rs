use burn::tensor::Tensor;
use burn::tensor::module::unfold4d;
use burn::tensor::ops::UnfoldOptions;
use models::{LayerKind, LayerSpec};

/// The patches that a layer reads from its input `[points, channels, height, width]`:
/// `[points, fan_in, positions]`, zeros where a kernel hangs over the edge.
pub(crate) fn patches(spec: &LayerSpec, input: Tensor<4>) -> Tensor<3> {
    match spec.kind {
        LayerKind::Linear => input.flatten(2, 3),
        LayerKind::Convolution { stride, padding } => {
            unfold4d(input, spec.kernel, UnfoldOptions::new(stride, padding, [1, 1]))
        }
    }
}

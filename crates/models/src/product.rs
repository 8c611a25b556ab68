use burn::tensor::Tensor;

use crate::layer::{LayerKind, LayerSpec};

impl LayerSpec {
    /// What a layer of this geometry computes from its input `[batch, channels, height, width]` with
    /// other weights, `[units, fan_in]` for any number of units, and without bias:
    /// `[batch, units, height, width]` of the output.
    pub fn product(&self, weight: Tensor<2>, input: Tensor<4>) -> Tensor<4> {
        let ([units, _], [batch, ..]) = (weight.dims(), input.dims());
        match self.kind {
            LayerKind::Linear => {
                let rows = input.reshape([batch, self.channels]);
                rows.matmul(weight.transpose()).unsqueeze_dims(&[2, 3])
            }
            LayerKind::Convolution { stride, padding } => {
                let [height, width] = self.kernel;
                let weight = weight.reshape([units, self.channels, height, width]);
                kernels::convolution(input, weight, None, stride, padding)
            }
        }
    }
}

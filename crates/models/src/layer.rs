/// What kind of arithmetic a prunable layer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// A fully connected layer: one position, the whole input is the patch.
    Linear,
    /// A two-dimensional convolution without groups or dilation.
    Convolution {
        /// Step between positions, vertical and horizontal.
        stride: [usize; 2],
        /// Zeros added on each side, vertical and horizontal.
        padding: [usize; 2],
    },
}

/// The geometry of one prunable layer, seen as a matrix of weights `[units, fan_in]`.
///
/// Linear and convolution look alike through it: unit `f` is an output neuron or filter, and its
/// `fan_in` weights run over the input channels and the kernel's offsets, in PyTorch's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerSpec {
    /// Name, as in PyTorch's `state_dict` without the final `.weight` (`fc1`, `conv2`).
    pub name: String,
    /// Linear or convolution.
    pub kind: LayerKind,
    /// Output units: neurons or filters.
    pub units: usize,
    /// Input channels (features, for a linear layer).
    pub channels: usize,
    /// Height and width of the kernel; `[1, 1]` for a linear layer.
    pub kernel: [usize; 2],
    /// Height and width of the output; `[1, 1]` for a linear layer.
    pub output: [usize; 2],
    /// Whether the layer adds a bias to each unit.
    pub bias: bool,
}

impl LayerSpec {
    /// Weights that feed one unit: channels times kernel offsets.
    pub fn fan_in(&self) -> usize {
        self.channels * self.kernel[0] * self.kernel[1]
    }

    /// Weights that one input channel feeds: units times kernel offsets.
    pub fn fan_out(&self) -> usize {
        self.units * self.kernel[0] * self.kernel[1]
    }

    /// Prunable weights of the layer; biases do not count.
    pub fn weights(&self) -> usize {
        self.units * self.fan_in()
    }

    /// Weights and biases of the layer.
    pub fn parameters(&self) -> usize {
        self.weights() + if self.bias { self.units } else { 0 }
    }

    /// Output positions at which every weight is used once per image.
    pub fn positions(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Multiply-adds per image for the layer with all its weights.
    pub fn multiply_adds(&self) -> usize {
        self.weights() * self.positions()
    }

    /// Shape of the weight in PyTorch's layout: `[units, channels]` for a linear layer,
    /// `[units, channels, height, width]` for a convolution.
    pub fn torch_shape(&self) -> Vec<usize> {
        match self.kind {
            LayerKind::Linear => vec![self.units, self.channels],
            LayerKind::Convolution { .. } => {
                vec![self.units, self.channels, self.kernel[0], self.kernel[1]]
            }
        }
    }
}

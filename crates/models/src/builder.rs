use crate::architecture::{Architecture, Node, Op, Shape};
use crate::error::ModelError;
use crate::layer::{LayerKind, LayerSpec};

/// A value inside a network that is being described: the output of one of its nodes.
#[derive(Debug, Clone, Copy)]
pub struct Value(usize);

/// Parameters of a convolution: filters of a square kernel, by default moved by 1 without padding.
#[derive(Debug, Clone, Copy)]
pub struct Convolution {
    filters: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
}

impl Convolution {
    /// `filters` filters of `kernel` x `kernel`.
    pub fn new(filters: usize, kernel: usize) -> Self {
        Self { filters, kernel, stride: 1, padding: 0 }
    }

    /// Moved by `stride` in both directions.
    pub fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// With `padding` zeros on each side.
    pub fn padding(self, padding: usize) -> Self {
        Self { padding, ..self }
    }

    /// Output length for an input of length `input`, where there is one.
    fn output(&self, input: usize) -> Option<usize> {
        let room = (input + 2 * self.padding).checked_sub(self.kernel)?;
        Some(room.checked_div(self.stride)? + 1)
    }
}

/// Describes a network step by step; [`build`](Builder::build) hands out the checked description,
/// or the first thing that was wrong.
///
/// ```
/// use models::{Builder, Convolution};
///
/// let mut net = Builder::new("tiny", [1, 8, 8]);
/// let x = net.input();
/// let x = net.convolution(x, "conv1", Convolution::new(4, 3).padding(1));
/// let x = net.relu(x);
/// let x = net.max_pool(x, 2);
/// let x = net.linear(x, "fc1", 10);
/// let architecture = net.build(x)?;
/// assert_eq!(architecture.prunable_weights(), 4 * 9 + 64 * 10);
/// # Ok::<(), models::ModelError>(())
/// ```
#[derive(Debug)]
pub struct Builder {
    architecture: Architecture,
    problem: Option<ModelError>,
}

impl Builder {
    /// Starts the description of a network that takes images of `input`: channels, height, width.
    pub fn new(name: &str, input: Shape) -> Self {
        let start = Node { op: Op::Input, inputs: Vec::new(), shape: input };
        let (name, layers, nodes) = (name.to_owned(), Vec::new(), vec![start]);
        Self { architecture: Architecture { name, layers, nodes }, problem: None }
    }

    /// The image.
    pub fn input(&self) -> Value {
        Value(0)
    }

    /// A fully connected layer with bias over the flattened value.
    pub fn linear(&mut self, x: Value, name: &str, units: usize) -> Value {
        let channels = self.shape(x).iter().product();
        self.layer(
            x,
            LayerSpec {
                name: name.to_owned(),
                kind: LayerKind::Linear,
                units,
                channels,
                kernel: [1, 1],
                output: [1, 1],
                bias: true,
            },
        )
    }

    /// A convolution with bias.
    pub fn convolution(&mut self, x: Value, name: &str, convolution: Convolution) -> Value {
        let [channels, height, width] = self.shape(x);
        let Convolution { filters, kernel, stride, padding } = convolution;
        let output = convolution.output(height).zip(convolution.output(width));
        if output.is_none() || kernel == 0 {
            let problem = format!(
                "a kernel of {kernel}x{kernel} with stride {stride} and padding {padding} does not \
                 fit an input of {height}x{width}"
            );
            self.reject(name, problem);
        }
        let (out_height, out_width) = output.unwrap_or((1, 1));
        self.layer(
            x,
            LayerSpec {
                name: name.to_owned(),
                kind: LayerKind::Convolution { stride: [stride; 2], padding: [padding; 2] },
                units: filters,
                channels,
                kernel: [kernel; 2],
                output: [out_height, out_width],
                bias: true,
            },
        )
    }

    /// max(x, 0).
    pub fn relu(&mut self, x: Value) -> Value {
        self.push(Op::Relu, x, self.shape(x))
    }

    /// Maximum over windows of `size` x `size`; what does not fill a window is left out.
    pub fn max_pool(&mut self, x: Value, size: usize) -> Value {
        let [channels, height, width] = self.shape(x);
        if size == 0 || height < size || width < size {
            self.reject(
                "max_pool",
                format!("a window of {size}x{size} does not fit {height}x{width}"),
            );
            return x;
        }
        self.push(Op::MaxPool(size), x, [channels, height / size, width / size])
    }

    /// The finished description, with `output` as the network's logits.
    ///
    /// # Errors
    /// The first layer that did not fit its input, had no units or repeated a name; or an
    /// `output` that is not the last value described.
    pub fn build(self, output: Value) -> Result<Architecture, ModelError> {
        match self.problem {
            Some(problem) => Err(problem),
            None if output.0 + 1 != self.architecture.nodes.len() => Err(ModelError::Request {
                network: self.architecture.name,
                problem: "the output must be the last value described".to_owned(),
            }),
            None => Ok(self.architecture),
        }
    }

    fn layer(&mut self, x: Value, spec: LayerSpec) -> Value {
        if spec.weights() == 0 {
            let problem = format!(
                "{} units of {} inputs; expected at least 1 of each",
                spec.units,
                spec.fan_in()
            );
            self.reject(&spec.name, problem);
        }
        if self.architecture.layers.iter().any(|other| other.name == spec.name) {
            self.reject(&spec.name, "the name is taken by an earlier layer".to_owned());
        }
        let shape = [spec.units, spec.output[0], spec.output[1]];
        self.architecture.layers.push(spec);
        self.push(Op::Layer(self.architecture.layers.len() - 1), x, shape)
    }

    fn push(&mut self, op: Op, x: Value, shape: Shape) -> Value {
        self.architecture.nodes.push(Node { op, inputs: vec![x.0], shape });
        Value(self.architecture.nodes.len() - 1)
    }

    fn shape(&self, x: Value) -> Shape {
        self.architecture.nodes[x.0].shape
    }

    fn reject(&mut self, layer: &str, problem: String) {
        let network = self.architecture.name.clone();
        let layer = layer.to_owned();
        self.problem.get_or_insert(ModelError::Layer { network, layer, problem });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_follow_stride_and_padding() {
        let mut net = Builder::new("t", [3, 11, 7]);
        let x = net.convolution(net.input(), "c", Convolution::new(4, 3).stride(2).padding(1));
        let x = net.max_pool(x, 2);
        let architecture = net.build(x).unwrap();
        assert_eq!(architecture.layers()[0].output, [6, 4]);
        assert_eq!(architecture.nodes()[2].shape, [4, 3, 2]);
        assert_eq!(architecture.multiply_adds(), 4 * 27 * 24);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let mut net = Builder::new("t", [1, 4, 4]);
        let x = net.convolution(net.input(), "conv9", Convolution::new(4, 5));
        let message = net.build(x).unwrap_err().to_string();
        assert!(
            message.contains("conv9") && message.contains("5x5") && message.contains("4x4"),
            "{message}"
        );

        let mut net = Builder::new("t", [1, 4, 4]);
        let x = net.linear(net.input(), "fc", 3);
        let x = net.linear(x, "fc", 3);
        assert!(net.build(x).unwrap_err().to_string().contains("taken"));

        let mut net = Builder::new("t", [1, 4, 4]);
        let x = net.linear(net.input(), "fc", 0);
        assert!(net.build(x).unwrap_err().to_string().contains("at least 1"));

        let mut net = Builder::new("t", [1, 4, 4]);
        let x = net.convolution(net.input(), "c", Convolution::new(1, 3).stride(0));
        assert!(net.build(x).is_err());
    }
}

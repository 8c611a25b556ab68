use crate::layer::LayerSpec;
use crate::norm::NormSpec;
use crate::window::Window;

/// Shape of one image or feature map: channels, height, width. Flat features are `[n, 1, 1]`.
pub type Shape = [usize; 3];

/// One operation of a network's graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// The image.
    Input,
    /// The prunable layer with this index in [`Architecture::layers`]. A linear layer takes its
    /// input flattened.
    Layer(usize),
    /// The batch normalisation with this index in [`Architecture::norms`].
    BatchNorm(usize),
    /// max(x, 0).
    Relu,
    /// Sum, element by element, of two or more values of equal shape.
    Add,
    /// Sum of a value and a second one of equal height and width that has fewer channels: those which it
    /// lacks are zero, half of them in front of its own ([`Op::zeros_in_front`]) and the rest behind.
    AddPadded,
    /// Values of equal height and width, one behind the other along the channels.
    Concat,
    /// Maximum over these windows; what does not fill a window is left out.
    MaxPool(Window),
    /// Mean over square windows of this size, moved by this size; what does not fill a window is
    /// left out.
    AveragePool(usize),
}

impl Op {
    /// How many channels of zeros [`Op::AddPadded`] puts in front of those of the narrow value; the others
    /// that it lacks come behind.
    pub fn zeros_in_front(wide: usize, narrow: usize) -> usize {
        (wide - narrow) / 2
    }
}

/// One node of the graph: an operation and where its inputs come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The operation.
    pub op: Op,
    /// Indices of the nodes whose values it takes, in order; always smaller than its own.
    pub inputs: Vec<usize>,
    /// Shape of its value for one image.
    pub shape: Shape,
}

/// A network's description: a graph of operations over named layers, in order of computation.
///
/// Made by a [`Builder`](crate::Builder), which has checked every shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    pub(crate) name: String,
    pub(crate) layers: Vec<LayerSpec>,
    pub(crate) norms: Vec<NormSpec>,
    pub(crate) nodes: Vec<Node>,
}

impl Architecture {
    /// Name of the network (`lenet-5`).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The prunable layers, in order of computation.
    pub fn layers(&self) -> &[LayerSpec] {
        &self.layers
    }

    /// The batch normalisations, in order of computation.
    pub fn norms(&self) -> &[NormSpec] {
        &self.norms
    }

    /// The graph, in order of computation: the first node is the input, the last one the output.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Shape of one image at the input.
    pub fn input_shape(&self) -> Shape {
        self.nodes[0].shape
    }

    /// Number of classes, which is the length of the output.
    pub fn classes(&self) -> usize {
        self.nodes[self.nodes.len() - 1].shape.iter().product()
    }

    /// All parameters, biases and those of norms included; running statistics are not trained and
    /// do not count.
    pub fn parameters(&self) -> usize {
        let layers: usize = self.layers.iter().map(LayerSpec::parameters).sum();
        layers + self.norms.iter().map(NormSpec::parameters).sum::<usize>()
    }

    /// Weights that may be pruned: all parameters but biases and those of norms.
    pub fn prunable_weights(&self) -> usize {
        self.layers.iter().map(LayerSpec::weights).sum()
    }

    /// Multiply-adds per image: prunable weights times output positions; biases and norms do
    /// not count.
    pub fn multiply_adds(&self) -> usize {
        self.layers.iter().map(LayerSpec::multiply_adds).sum()
    }
}

use crate::layer::LayerSpec;

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
    /// max(x, 0).
    Relu,
    /// Maximum over square windows of this size, moved by this size.
    MaxPool(usize),
}

/// One node of the graph: an operation and where its inputs come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The operation.
    pub op: Op,
    /// Indices of the nodes whose values it takes; always smaller than its own.
    pub inputs: Vec<usize>,
    /// Shape of its value for one image.
    pub shape: Shape,
}

/// A network's description: a graph of operations over named layers, in order of computation.
///
/// Made by a [`Builder`](crate::Builder), which has checked every shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Architecture {
    pub(crate) name: String,
    pub(crate) layers: Vec<LayerSpec>,
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

    /// All parameters, biases included.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(LayerSpec::parameters).sum()
    }

    /// Weights that may be pruned: all parameters but the biases.
    pub fn prunable_weights(&self) -> usize {
        self.layers.iter().map(LayerSpec::weights).sum()
    }

    /// Multiply-adds per image: prunable weights times output positions; biases do not count.
    pub fn multiply_adds(&self) -> usize {
        self.layers.iter().map(LayerSpec::multiply_adds).sum()
    }
}

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};
use burn::tensor::TensorData;

use super::vector;
use crate::channels_last::{Dims, numbers, plain, tensor};
use crate::host::convolution::{Axis, Convolution, bias_gradient};

/// How the kernel moves over the map, vertically and horizontally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moves {
    /// Step between positions.
    pub(crate) stride: [usize; 2],
    /// Zeros on each side.
    pub(crate) padding: [usize; 2],
}

fn geometry(x: &FlexTensor, weight: &FlexTensor, moves: Moves) -> Convolution {
    let Dims { channels, height, width, .. } = Dims::of(x);
    let [units, read, kernel_height, kernel_width] = weight.layout().shape().dims();
    assert_eq!(channels, read, "a convolution reads the channels that it has weights for");
    let Moves { stride, padding } = moves;
    let axes = [
        Axis::new(height, kernel_height, stride[0], padding[0]),
        Axis::new(width, kernel_width, stride[1], padding[1]),
    ];
    let axes = axes.map(|axis| axis.expect("the kernel fits into the map"));
    Convolution { channels, units, axes }
}

pub(crate) fn forward(
    x: &FlexTensor,
    weight: &FlexTensor,
    bias: Option<&FlexTensor>,
    moves: Moves,
) -> FlexTensor {
    let convolution = geometry(x, weight, moves);
    let bias = bias.map(plain);
    let output = convolution.forward(&numbers(x), &plain(weight), bias.as_deref());
    let [height, width] = convolution.axes.map(|axis| axis.output);
    tensor(output, Dims { channels: convolution.units, height, width, ..Dims::of(x) })
}

/// What both forms remember: input, weight and geometry.
type State = (NodeId, NodeId, Moves);

/// Registers the gradients of input and weight, those that are wanted.
fn backward(
    [x_node, weight_node]: [Option<NodeId>; 2],
    gradient: &FlexTensor,
    (x, weight, moves): State,
    grads: &mut Gradients,
    checkpointer: &mut Checkpointer,
) {
    let x: FlexTensor = checkpointer.retrieve_node_output(x);
    let weight: FlexTensor = checkpointer.retrieve_node_output(weight);
    let convolution = geometry(&x, &weight, moves);
    let gradient = numbers(gradient);
    if let Some(node) = x_node {
        let values = convolution.input_gradient(&gradient, &plain(&weight));
        grads.register::<Flex>(node, tensor(values, Dims::of(&x)));
    }
    if let Some(node) = weight_node {
        let values = convolution.weight_gradient(&numbers(&x), &gradient);
        let data = TensorData::new(values, weight.layout().shape().clone());
        grads.register::<Flex>(node, FlexTensor::from_data(data));
    }
}

#[derive(Debug)]
struct WithoutBias;

impl Backward<Flex, 2> for WithoutBias {
    type State = State;

    fn backward(self, ops: Ops<State, 2>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let nodes = ops.parents.map(|node| node.map(|node| node.id));
        backward(nodes, &gradient, ops.state, grads, checkpointer);
    }
}

#[derive(Debug)]
struct WithBias;

impl Backward<Flex, 3> for WithBias {
    type State = State;

    fn backward(self, ops: Ops<State, 3>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let [x, weight, bias] = ops.parents.map(|node| node.map(|node| node.id));
        if let Some(node) = bias {
            let sums = bias_gradient(&numbers(&gradient), Dims::of(&gradient).channels);
            grads.register::<Flex>(node, vector(sums));
        }
        backward([x, weight], &gradient, ops.state, grads, checkpointer);
    }
}

pub(crate) fn differentiated<C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<Flex, C>>,
    weight: FloatTensor<Autodiff<Flex, C>>,
    moves: Moves,
) -> FloatTensor<Autodiff<Flex, C>> {
    let output = forward(x.primitive(), weight.primitive(), None, moves);
    match WithoutBias.prepare::<C>([x.node(), weight.node()]).compute_bound().stateful() {
        OpsKind::Tracked(mut prep) => {
            let state = (prep.checkpoint(&x), prep.checkpoint(&weight), moves);
            prep.finish(state, output)
        }
        OpsKind::UnTracked(prep) => prep.finish(output),
    }
}

pub(crate) fn differentiated_with_bias<C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<Flex, C>>,
    weight: FloatTensor<Autodiff<Flex, C>>,
    bias: FloatTensor<Autodiff<Flex, C>>,
    moves: Moves,
) -> FloatTensor<Autodiff<Flex, C>> {
    let output = forward(x.primitive(), weight.primitive(), Some(bias.primitive()), moves);
    let nodes = [x.node(), weight.node(), bias.node()];
    match WithBias.prepare::<C>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(mut prep) => {
            let state = (prep.checkpoint(&x), prep.checkpoint(&weight), moves);
            prep.finish(state, output)
        }
        OpsKind::UnTracked(prep) => prep.finish(output),
    }
}

//! The operations as an extension of burn's backends: on burn-flex, without and with gradients.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::{Bytes, DType, Shape, TensorData};

use crate::channels_last::{Dims, numbers, plain, tensor};
use crate::convolution::{Axis, Convolution};

/// What the kernels do.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Kernels: Backend {
    /// Convolution of `x` `[batch, channels, height, width]` with `weight`
    /// `[units, channels, kernel height, kernel width]`.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> FloatTensor<Self>;

    /// The same, with a `bias` `[units]` added.
    fn convolution_with_bias(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> FloatTensor<Self>;
}

impl Kernels for Flex {
    fn convolution(
        x: FlexTensor,
        weight: FlexTensor,
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> FlexTensor {
        forward(&x, &weight, None, stride, padding)
    }

    fn convolution_with_bias(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> FlexTensor {
        forward(&x, &weight, Some(&bias), stride, padding)
    }
}

fn geometry(
    x: &FlexTensor,
    weight: &FlexTensor,
    stride: [usize; 2],
    padding: [usize; 2],
) -> Convolution {
    let Dims { channels, height, width, .. } = Dims::of(x);
    let [units, _, kernel_height, kernel_width] = weight.layout().shape().dims();
    let axes = [
        Axis::new(height, kernel_height, stride[0], padding[0]),
        Axis::new(width, kernel_width, stride[1], padding[1]),
    ];
    let axes = axes.map(|axis| axis.expect("the kernel fits into the map"));
    Convolution { channels, units, axes }
}

fn forward(
    x: &FlexTensor,
    weight: &FlexTensor,
    bias: Option<&FlexTensor>,
    stride: [usize; 2],
    padding: [usize; 2],
) -> FlexTensor {
    let convolution = geometry(x, weight, stride, padding);
    let bias = bias.map(plain);
    let output = convolution.forward(&numbers(x), &plain(weight), bias.as_deref());
    let [height, width] = convolution.axes.map(|axis| axis.output);
    let dims = Dims { channels: convolution.units, height, width, ..Dims::of(x) };
    tensor(output, dims)
}

#[derive(Debug, Clone, Copy)]
struct Moves {
    stride: [usize; 2],
    padding: [usize; 2],
}

/// Registers the gradients of input and weight, those that are wanted.
fn register(
    [x_node, weight_node]: [Option<NodeId>; 2],
    x: &FlexTensor,
    weight: &FlexTensor,
    gradient: &FlexTensor,
    Moves { stride, padding }: Moves,
    grads: &mut Gradients,
) {
    let convolution = geometry(x, weight, stride, padding);
    let gradient = numbers(gradient);
    if let Some(node) = x_node {
        let values = convolution.input_gradient(&gradient, &plain(weight));
        grads.register::<Flex>(node, tensor(values, Dims::of(x)));
    }
    if let Some(node) = weight_node {
        let values = convolution.weight_gradient(&numbers(x), &gradient);
        let shape: Shape = weight.layout().shape().clone();
        let data = TensorData::from_bytes(Bytes::from_elems(values), shape, DType::F32);
        grads.register::<Flex>(node, FlexTensor::from_data(data));
    }
}

#[derive(Debug)]
struct Differentiated;

impl Backward<Flex, 2> for Differentiated {
    type State = (NodeId, NodeId, Moves);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let (x, weight, moves) = ops.state;
        let x: FlexTensor = checkpointer.retrieve_node_output(x);
        let weight: FlexTensor = checkpointer.retrieve_node_output(weight);
        let nodes = ops.parents.map(|node| node.map(|node| node.id));
        register(nodes, &x, &weight, &gradient, moves, grads);
    }
}

#[derive(Debug)]
struct DifferentiatedWithBias;

impl Backward<Flex, 3> for DifferentiatedWithBias {
    type State = (NodeId, NodeId, Moves);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let (x, weight, moves) = ops.state;
        let x: FlexTensor = checkpointer.retrieve_node_output(x);
        let weight: FlexTensor = checkpointer.retrieve_node_output(weight);
        let [x_node, weight_node, bias_node] = ops.parents.map(|node| node.map(|node| node.id));
        register([x_node, weight_node], &x, &weight, &gradient, moves, grads);
        if let Some(node) = bias_node {
            let units = Dims::of(&gradient).channels;
            let mut sums = vec![0.0; units];
            for values in numbers(&gradient).chunks_exact(units) {
                sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
            }
            let data = TensorData::new(sums, [units]);
            grads.register::<Flex>(node, FlexTensor::from_data(data));
        }
    }
}

impl<C: CheckpointStrategy> Kernels for Autodiff<Flex, C> {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node()];
        match Differentiated.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let state =
                    (prep.checkpoint(&x), prep.checkpoint(&weight), Moves { stride, padding });
                let output = forward(x.primitive(), weight.primitive(), None, stride, padding);
                prep.finish(state, output)
            }
            OpsKind::UnTracked(prep) => {
                prep.finish(forward(x.primitive(), weight.primitive(), None, stride, padding))
            }
        }
    }

    fn convolution_with_bias(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        let output =
            || forward(x.primitive(), weight.primitive(), Some(bias.primitive()), stride, padding);
        match DifferentiatedWithBias.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let state =
                    (prep.checkpoint(&x), prep.checkpoint(&weight), Moves { stride, padding });
                prep.finish(state, output())
            }
            OpsKind::UnTracked(prep) => prep.finish(output()),
        }
    }
}

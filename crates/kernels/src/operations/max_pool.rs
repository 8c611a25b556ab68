use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};

use super::convolution::Moves;
use crate::channels_last::{Dims, numbers, tensor};
use crate::host::convolution::Axis;
use crate::host::max_pool::Windows;

fn windows(x: &FlexTensor, size: [usize; 2], Moves { stride, padding }: Moves) -> Windows {
    let Dims { channels, height, width, .. } = Dims::of(x);
    let axes = [
        Axis::new(height, size[0], stride[0], padding[0]),
        Axis::new(width, size[1], stride[1], padding[1]),
    ];
    Windows { channels, axes: axes.map(|axis| axis.expect("a window fits into the map")) }
}

pub(crate) fn forward(x: &FlexTensor, size: [usize; 2], moves: Moves) -> FlexTensor {
    let windows = windows(x, size, moves);
    let [height, width] = windows.axes.map(|axis| axis.output);
    tensor(windows.forward(&numbers(x)), Dims { height, width, ..Dims::of(x) })
}

#[derive(Debug)]
struct MaxPool;

impl Backward<Flex, 1> for MaxPool {
    /// Input, output and geometry.
    type State = (NodeId, FlexTensor, [usize; 2], Moves);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let (x, output, size, moves) = ops.state;
        let x: FlexTensor = checkpointer.retrieve_node_output(x);
        if let [Some(node)] = ops.parents {
            let windows = windows(&x, size, moves);
            let gradient = windows.backward(&numbers(&x), &numbers(&output), &numbers(&gradient));
            grads.register::<Flex>(node.id, tensor(gradient, Dims::of(&x)));
        }
    }
}

pub(crate) fn differentiated<C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<Flex, C>>,
    size: [usize; 2],
    moves: Moves,
) -> FloatTensor<Autodiff<Flex, C>> {
    let output = forward(x.primitive(), size, moves);
    match MaxPool.prepare::<C>([x.node()]).compute_bound().stateful() {
        OpsKind::Tracked(mut prep) => {
            let state = (prep.checkpoint(&x), output.clone(), size, moves);
            prep.finish(state, output)
        }
        OpsKind::UnTracked(prep) => prep.finish(output),
    }
}

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};

use super::vector;
use crate::channels_last::{Dims, numbers, plain, tensor};
use crate::host::norm::{gradient_sums, scaled};

pub(crate) fn forward(x: &FlexTensor, factor: &FlexTensor, summand: &FlexTensor) -> FlexTensor {
    let dims = Dims::of(x);
    let size = dims.positions() * dims.channels;
    tensor(scaled(&numbers(x), &plain(factor), &plain(summand), size), dims)
}

#[derive(Debug)]
struct Affine;

impl Backward<Flex, 3> for Affine {
    /// Input and factor.
    type State = (NodeId, NodeId);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let (x, factor) = ops.state;
        let x: FlexTensor = checkpointer.retrieve_node_output(x);
        let factor: FlexTensor = checkpointer.retrieve_node_output(factor);
        let dims = Dims::of(&x);
        let size = dims.positions() * dims.channels;
        let [x_node, factor_node, summand_node] = ops.parents;
        let zeros = vec![0.0; dims.channels];
        let gradient = numbers(&gradient);
        if let Some(node) = x_node {
            let values = scaled(&gradient, &plain(&factor), &zeros, size);
            grads.register::<Flex>(node.id, tensor(values, dims));
        }
        if factor_node.is_some() || summand_node.is_some() {
            let (sums, products) = gradient_sums(&numbers(&x), &gradient, &zeros, size);
            for (node, values) in [(factor_node, products), (summand_node, sums)] {
                if let Some(node) = node {
                    let values = values.into_iter().map(|value| value as f32).collect();
                    grads.register::<Flex>(node.id, vector(values));
                }
            }
        }
    }
}

pub(crate) fn differentiated<C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<Flex, C>>,
    factor: FloatTensor<Autodiff<Flex, C>>,
    summand: FloatTensor<Autodiff<Flex, C>>,
) -> FloatTensor<Autodiff<Flex, C>> {
    let output = forward(x.primitive(), factor.primitive(), summand.primitive());
    let nodes = [x.node(), factor.node(), summand.node()];
    match Affine.prepare::<C>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(mut prep) => {
            let state = (prep.checkpoint(&x), prep.checkpoint(&factor));
            prep.finish(state, output)
        }
        OpsKind::UnTracked(prep) => prep.finish(output),
    }
}

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};

use crate::channels_last::{changed, numbers};
use crate::host::elementwise;

pub(crate) fn relu(x: FlexTensor) -> FlexTensor {
    changed(x, elementwise::rectify)
}

pub(crate) fn add(a: FlexTensor, b: FlexTensor) -> FlexTensor {
    // Whichever nobody else holds takes the sum; which one it is does not show in the sum.
    let (a, b) = if a.is_unique() { (a, b) } else { (b, a) };
    changed(a, |a| elementwise::add(a, &numbers(&b)))
}

#[derive(Debug)]
struct Relu;

impl Backward<Flex, 1> for Relu {
    /// The output.
    type State = FlexTensor;

    fn backward(self, ops: Ops<FlexTensor, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node);
        if let [Some(node)] = ops.parents {
            let rectified = numbers(&ops.state);
            let gradient = changed(gradient, |g| elementwise::silence(g, &rectified));
            grads.register::<Flex>(node.id, gradient);
        }
    }
}

pub(crate) fn differentiated_relu<C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<Flex, C>>,
) -> FloatTensor<Autodiff<Flex, C>> {
    let (x, node) = x.into_parts();
    let output = relu(x);
    match Relu.prepare::<C>([node]).compute_bound().stateful() {
        OpsKind::Tracked(prep) => prep.finish(output.clone(), output),
        OpsKind::UnTracked(prep) => prep.finish(output),
    }
}

#[derive(Debug)]
struct Add;

impl Backward<Flex, 2> for Add {
    type State = ();

    fn backward(self, ops: Ops<(), 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node);
        for node in ops.parents.into_iter().flatten() {
            grads.register::<Flex>(node.id, gradient.clone());
        }
    }
}

pub(crate) fn differentiated_add<C: CheckpointStrategy>(
    a: FloatTensor<Autodiff<Flex, C>>,
    b: FloatTensor<Autodiff<Flex, C>>,
) -> FloatTensor<Autodiff<Flex, C>> {
    let ((a, a_node), (b, b_node)) = (a.into_parts(), b.into_parts());
    let output = add(a, b);
    match Add.prepare::<C>([a_node, b_node]).compute_bound().stateful() {
        OpsKind::Tracked(prep) => prep.finish((), output),
        OpsKind::UnTracked(prep) => prep.finish(output),
    }
}

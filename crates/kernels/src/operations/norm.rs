use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Flex};

use super::vector;
use crate::channels_last::{Dims, changed, numbers, plain, tensor};
use crate::host::norm::{Statistics, combine, gradient_sums, scaled, statistics};

/// Output, mean and variance.
pub(crate) fn forward(
    x: &FlexTensor,
    scale: &FlexTensor,
    shift: &FlexTensor,
    epsilon: f64,
) -> (FlexTensor, Statistics) {
    let dims = Dims::of(x);
    let size = dims.positions() * dims.channels;
    let x = numbers(x);
    let statistics = statistics(&x, dims.channels, size);
    let factor: Vec<f32> = inverse_deviations(&statistics, epsilon)
        .zip(&*plain(scale))
        .map(|(inverse, scale)| (inverse * f64::from(*scale)) as f32)
        .collect();
    let summand: Vec<f32> = plain(shift)
        .iter()
        .zip(factor.iter().zip(&statistics.mean))
        .map(|(shift, (factor, mean))| shift - factor * mean)
        .collect();
    (tensor(scaled(&x, &factor, &summand, size), dims), statistics)
}

/// 1 / √(variance + ε).
fn inverse_deviations(statistics: &Statistics, epsilon: f64) -> impl Iterator<Item = f64> {
    statistics.variance.iter().map(move |&variance| (f64::from(variance) + epsilon).sqrt().recip())
}

/// The three tensors of [`forward`].
pub(crate) fn untracked(
    x: &FlexTensor,
    scale: &FlexTensor,
    shift: &FlexTensor,
    epsilon: f64,
) -> (FlexTensor, FlexTensor, FlexTensor) {
    let (output, Statistics { mean, variance }) = forward(x, scale, shift, epsilon);
    (output, vector(mean), vector(variance))
}

#[derive(Debug)]
struct Norm;

impl Backward<Flex, 3> for Norm {
    /// Input, scale, the batch's mean and variance, and ε.
    type State = (NodeId, NodeId, FlexTensor, FlexTensor, f64);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let (x, scale, mean, variance, epsilon) = ops.state;
        let x: FlexTensor = checkpointer.retrieve_node_output(x);
        let scale: FlexTensor = checkpointer.retrieve_node_output(scale);
        let statistics =
            Statistics { mean: plain(&mean).to_vec(), variance: plain(&variance).to_vec() };
        let gradients = gradients(&x, gradient, &plain(&scale), &statistics, epsilon);
        let nodes = ops.parents.into_iter().zip(gradients);
        for (node, gradient) in nodes {
            if let Some(node) = node {
                grads.register::<Flex>(node.id, gradient);
            }
        }
    }
}

/// With x̂ = (x − mean) / deviation and g the gradient of the output, those of scale and shift are
/// Σ g x̂ and Σ g, and that of the input is scale / deviation · (g − mean of g − x̂ · mean of g x̂).
fn gradients(
    x: &FlexTensor,
    gradient: FlexTensor,
    scale: &[f32],
    statistics: &Statistics,
    epsilon: f64,
) -> [FlexTensor; 3] {
    let dims = Dims::of(x);
    let size = dims.positions() * dims.channels;
    let count = (dims.images * dims.positions()) as f64;
    let x = numbers(x);
    let mean = &statistics.mean;
    let (sums, products) = gradient_sums(&x, &numbers(&gradient), mean, size);
    let [mut a, mut b, mut c, mut scale_gradient] = [(); 4].map(|()| Vec::new());
    for (channel, inverse) in inverse_deviations(statistics, epsilon).enumerate() {
        let along = products[channel] * inverse;
        let factor = f64::from(scale[channel]) * inverse;
        let slope = -factor * inverse * along / count;
        a.push(factor as f32);
        b.push(slope as f32);
        let summand = -factor * sums[channel] / count - slope * f64::from(mean[channel]);
        c.push(summand as f32);
        scale_gradient.push(along as f32);
    }
    let gradient = changed(gradient, |g| combine(g, &x, [&a, &b, &c], size));
    let shift_gradient = sums.into_iter().map(|sum| sum as f32).collect();
    [gradient, vector(scale_gradient), vector(shift_gradient)]
}

type Differentiated<C> = FloatTensor<Autodiff<Flex, C>>;

pub(crate) fn differentiated<C: CheckpointStrategy>(
    x: Differentiated<C>,
    scale: Differentiated<C>,
    shift: Differentiated<C>,
    epsilon: f64,
) -> (Differentiated<C>, Differentiated<C>, Differentiated<C>) {
    let (output, mean, variance) =
        untracked(x.primitive(), scale.primitive(), shift.primitive(), epsilon);
    let nodes = [x.node(), scale.node(), shift.node()];
    let output = match Norm.prepare::<C>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(mut prep) => {
            let (x, scale) = (prep.checkpoint(&x), prep.checkpoint(&scale));
            prep.finish((x, scale, mean.clone(), variance.clone(), epsilon), output)
        }
        OpsKind::UnTracked(prep) => prep.finish(output),
    };
    let constant = <Autodiff<Flex, C> as AutodiffBackend>::from_inner;
    (output, constant(mean), constant(variance))
}

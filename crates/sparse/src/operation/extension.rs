//! The operation as an extension of burn's backends: on burn-flex, without and with gradients.

use std::borrow::Cow;
use std::sync::Arc;

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::TensorData;

use crate::layer::Layer;
use crate::maps::{Activations, Maps};

/// What the crate's kernels do.
#[backend_extension(Flex, Autodiff)]
pub(super) trait Compressed: Backend {
    /// A layer of stored weights.
    fn compressed(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        layer: Arc<Layer>,
    ) -> FloatTensor<Self>;
}

impl Compressed for Flex {
    fn compressed(
        x: FlexTensor,
        weights: FlexTensor,
        bias: FlexTensor,
        layer: Arc<Layer>,
    ) -> FlexTensor {
        forward(&layer, &x, &weights, &bias)
    }
}

impl<C: CheckpointStrategy> Compressed for Autodiff<Flex, C> {
    fn compressed(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        layer: Arc<Layer>,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weights.node(), bias.node()];
        let output = || forward(&layer, x.primitive(), weights.primitive(), bias.primitive());
        match Differentiated.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut preparation) => {
                let saved = [preparation.checkpoint(&x), preparation.checkpoint(&weights)];
                preparation.finish((saved, layer.clone()), output())
            }
            OpsKind::UnTracked(preparation) => preparation.finish(output()),
        }
    }
}

/// The step back. Its state is where x and the weights are kept.
#[derive(Debug)]
struct Differentiated;

impl Backward<Flex, 3> for Differentiated {
    type State = ([NodeId; 2], Arc<Layer>);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let slopes: FlexTensor = grads.consume::<Flex>(&ops.node);
        let ([x, weights], layer) = ops.state;
        let [x, weights] =
            [x, weights].map(|node| -> FlexTensor { checkpointer.retrieve_node_output(node) });
        let slopes = read(&slopes, layer.output());
        let [for_x, for_weights, for_bias] = ops.parents.map(|node| node.map(|node| node.id));
        if let Some(node) = for_x {
            let mut gradient = Activations::zeros(layer.input(), slopes.batch());
            layer.input_gradient(&plain(&weights), &slopes, &mut gradient);
            grads.register::<Flex>(node, tensor(&gradient));
        }
        if let Some(node) = for_weights {
            let mut gradient = vec![0.0; layer.pattern().stored()];
            layer.weight_gradient(&read(&x, layer.input()), &slopes, &mut gradient);
            grads.register::<Flex>(node, vector(gradient));
        }
        if let Some(node) = for_bias {
            let mut gradient = vec![0.0; layer.pattern().units()];
            layer.bias_gradient(&slopes, &mut gradient);
            grads.register::<Flex>(node, vector(gradient));
        }
    }
}

fn forward(layer: &Layer, x: &FlexTensor, weights: &FlexTensor, bias: &FlexTensor) -> FlexTensor {
    let x = read(x, layer.input());
    let mut output = Activations::zeros(layer.output(), x.batch());
    layer.forward(&plain(weights), Some(&plain(bias)), false, &x, &mut output);
    tensor(&output)
}

fn read(tensor: &FlexTensor, maps: Maps) -> Activations {
    let mut activations = Activations::zeros(maps, tensor.layout().shape()[0]);
    activations.read(plain(tensor).chunks_exact(maps.values()));
    activations
}

fn tensor(activations: &Activations) -> FlexTensor {
    let Maps { channels, height, width, .. } = activations.maps();
    let shape = [activations.batch(), channels, height, width];
    FlexTensor::from_data(TensorData::new(activations.to_images(), shape))
}

fn vector(values: Vec<f32>) -> FlexTensor {
    let shape = [values.len()];
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// The numbers of a tensor in its own order; copied where they lie otherwise.
fn plain(tensor: &FlexTensor) -> Cow<'_, [f32]> {
    match tensor.as_slice() {
        Some(values) => Cow::Borrowed(values),
        None => Cow::Owned(tensor.to_contiguous().storage().to_vec()),
    }
}

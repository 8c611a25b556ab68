//! Single layers of a network: dense, and with the weights that are left alone.

use std::time::Duration;

use burn::tensor::Tensor;
use models::{LayerKind, Network, Op, tensors};
use pruning::Mask;
use sparse::{Activations, Kernel, Layer, Maps, Pattern};

use super::crossover::Crossovers;
use crate::one::gzip::gzipped;
use crate::one::timing::in_turn;
use crate::records::{SpeedLayerRow, SpeedRow};

/// A dense layer and what it reads of some images.
pub(super) struct DenseLayer<'a> {
    network: &'a Network,
    pub(super) index: usize,
    /// `[batch, channels, height, width]`.
    input: Tensor<4>,
}

impl<'a> DenseLayer<'a> {
    /// All layers, with what reaches them in a pass of these images.
    pub(super) fn all(network: &'a Network, images: &Tensor<4>) -> Vec<Self> {
        let mut layers = Vec::new();
        network.forward_watched(images.clone(), |index, input| {
            layers.push(Self { network, index, input: input.clone() });
        });
        layers.sort_by_key(|layer| layer.index);
        layers
    }

    /// One pass; a device that computes later is waited for.
    pub(super) fn pass(&self) {
        drop(self.network.apply(&Op::Layer(self.index), vec![self.input.clone()]));
        self.network.device().sync().expect("the device computes");
    }
}

/// A layer with the weights of a pattern alone, and room for a batch.
pub(super) struct SparseLayer {
    layer: Layer,
    weights: Vec<f32>,
    bias: Option<Vec<f32>>,
    input: Activations,
    output: Activations,
}

impl SparseLayer {
    /// That reads what the dense one does.
    pub(super) fn new(dense: &DenseLayer<'_>, pattern: Pattern) -> Self {
        let DenseLayer { network, index, input } = dense;
        let [batch, channels, height, width] = input.dims();
        let spec = &network.architecture().layers()[*index];
        let (kernel, maps) = match spec.kind {
            LayerKind::Linear => {
                let maps = Maps::new(channels, height, width);
                (Kernel::whole(maps), maps)
            }
            LayerKind::Convolution { stride, padding } => {
                let maps = Maps::new(channels, height, width).margin(padding);
                (Kernel { size: spec.kernel, stride, padding }, maps)
            }
        };
        let weights = pattern.compress(&network.weight_values(*index));
        let layer = Layer::new(pattern, kernel, maps, [0, 0]);
        let mut room = Activations::packed(maps, batch);
        let values = input.clone().into_data().convert::<f32>();
        let values: &[f32] = values.as_slice().expect("converted just before");
        room.read(values.chunks_exact(maps.values()));
        Self {
            weights,
            bias: network.bias_values(*index),
            input: room,
            output: Activations::packed(layer.output(), batch),
            layer,
        }
    }

    /// One pass.
    pub(super) fn pass(&mut self) {
        let Self { layer, weights, bias, input, output } = self;
        layer.forward(weights, bias.as_deref(), false, input, output);
    }
}

/// The layers of a pruned network, one after the other; `time` is for all of them together.
pub(super) fn measure(
    about: &SpeedRow,
    network: &Network,
    mask: &Mask,
    images: &Tensor<4>,
    time: Duration,
    crossovers: &Crossovers,
) -> Vec<SpeedLayerRow> {
    let batch = DenseLayer::all(network, images);
    let single = DenseLayer::all(network, &images.clone().narrow(0, 0, 1));
    let time = time / (2 * batch.len()) as u32;
    let rows = batch.iter().zip(&single).zip(mask.layers()).map(|((batch, single), mask)| {
        let spec = &network.architecture().layers()[batch.index];
        let pattern = || Pattern::new(spec.fan_in(), mask.keep.iter().copied());
        let timed = |dense: &DenseLayer<'_>| {
            let mut sparse = SparseLayer::new(dense, pattern());
            in_turn(time, [&mut || dense.pass(), &mut || sparse.pass()])
        };
        let (latency, forward) = (timed(single), timed(batch));
        let ([single_dense, single_sparse], [dense, sparse]) =
            (latency.seconds(), forward.seconds());
        let (faster_single, faster) = (latency.ratio(0, 1), forward.ratio(0, 1));
        let (masked, rows) = bytes(network, batch.index, &pattern());
        SpeedLayerRow {
            network: about.network.clone(),
            method: about.method.clone(),
            scope: about.scope.clone(),
            options: about.options.clone(),
            batch: about.batch,
            threads: about.threads,
            backend: about.backend.clone(),
            cpu: about.cpu.clone(),
            version: about.version.clone(),
            density_asked: about.density_asked,
            layer: spec.name.clone(),
            kept_weights: mask.kept(),
            total_weights: mask.keep.len(),
            density: mask.kept() as f64 / mask.keep.len() as f64,
            latency_rounds: latency.len(),
            latency_seconds_dense: single_dense.median,
            latency_seconds_sparse: single_sparse.median,
            latency_speed_up: faster_single.median,
            latency_speed_up_q1: faster_single.lower,
            latency_speed_up_q3: faster_single.upper,
            forward_rounds: forward.len(),
            forward_seconds_dense: dense.median,
            forward_seconds_sparse: sparse.median,
            forward_speed_up: faster.median,
            forward_speed_up_q1: faster.lower,
            forward_speed_up_q3: faster.upper,
            bytes_masked: masked.len(),
            bytes_masked_gzipped: gzipped(&masked),
            bytes_sparse: rows.len(),
            bytes_sparse_gzipped: gzipped(&rows),
            crossover_density: crossovers.layers[batch.index],
        }
    });
    rows.collect()
}

/// A layer's tensors in a file with all its zeros, and in one of compressed rows, without the headers of either.
fn bytes(network: &Network, index: usize, pattern: &Pattern) -> (Vec<u8>, Vec<u8>) {
    let (weights, bias) = (network.weight_values(index), network.bias_values(index));
    let bias = tensors::bytes(&bias.unwrap_or_default());
    let columns = match pattern.fan_in() <= sparse::csr::SHORT {
        true => {
            let short: Vec<u16> = pattern.columns().iter().map(|&column| column as u16).collect();
            tensors::bytes(&short)
        }
        false => tensors::bytes(pattern.columns()),
    };
    let rows =
        [tensors::bytes(&pattern.compress(&weights)), tensors::bytes(pattern.starts()), columns];
    ([tensors::bytes(&weights), bias.clone()].concat(), [rows.concat(), bias].concat())
}

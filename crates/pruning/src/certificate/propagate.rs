use burn::tensor::{Tensor, TensorData};
use models::{Architecture, Network, Op};

use super::{Outputs, Propagated};
use crate::error::PruneError;

/// A value inside the networks: in the dense one, in the pruned one, and the bound on their
/// difference, all `[points, channels, height, width]`.
#[derive(Clone)]
struct Triple {
    dense: Tensor<4>,
    pruned: Tensor<4>,
    bound: Tensor<4>,
}

/// Takes images through both networks and the bound along with them. `local` has for each layer the
/// matrix E of its own error: see [`Matrices::local`](super::matrices::Matrices::local).
pub(super) fn propagate(
    dense: &Network,
    pruned: &Network,
    local: &[Tensor<2>],
    images: &Tensor<4>,
    chunk: usize,
) -> Propagated {
    let layers = dense.architecture().layers().len();
    let pair = Pair::new(dense, pruned, local);
    let mut all = Propagated {
        layers: vec![Outputs::default(); layers],
        logits: Outputs::default(),
        certified: 0,
        changed: 0,
    };
    let points = images.dims()[0];
    for start in (0..points).step_by(chunk) {
        let images = images.clone().narrow(0, start, chunk.min(points - start));
        let input =
            Triple { dense: images.clone(), pruned: images.clone(), bound: images.zeros_like() };
        let logits = dense.architecture().walk(input, |op, inputs| {
            let bound = pair.bound(op, &inputs);
            let side = |side: fn(&Triple) -> &Tensor<4>| inputs.iter().map(side).cloned().collect();
            let value = Triple {
                dense: dense.apply(op, side(|triple| &triple.dense)),
                pruned: pruned.apply(op, side(|triple| &triple.pruned)),
                bound,
            };
            if let Op::Layer(layer) = op {
                all.layers[*layer].extend(&value);
            }
            value
        });
        all.logits.extend(&logits);
        all.count_classes(&logits);
    }
    all
}

/// Both networks, and what their layers add to a bound.
struct Pair<'a> {
    dense: &'a Network,
    pruned: &'a Network,
    local: &'a [Tensor<2>],
    /// |ŵ| of each layer, `[units, fan_in]`.
    magnitudes: Vec<Tensor<2>>,
    /// Change of each unit's bias, `[1, units, 1, 1]`; 0 unless the network was trained further.
    biases: Vec<Tensor<4>>,
}

impl<'a> Pair<'a> {
    fn new(dense: &'a Network, pruned: &'a Network, local: &'a [Tensor<2>]) -> Self {
        let specs = dense.architecture().layers();
        let bias = |network: &Network, layer: usize, units: usize| {
            network.bias_values(layer).unwrap_or_else(|| vec![0.0; units])
        };
        let biases = specs.iter().enumerate().map(|(layer, spec)| {
            let pairs =
                bias(dense, layer, spec.units).into_iter().zip(bias(pruned, layer, spec.units));
            let change = pairs.map(|(before, after)| (before - after).abs()).collect();
            Tensor::from_data(TensorData::new(change, [1, spec.units, 1, 1]), &dense.device())
        });
        Self {
            dense,
            pruned,
            local,
            magnitudes: (0..specs.len()).map(|layer| pruned.weight(layer).abs()).collect(),
            biases: biases.collect(),
        }
    }

    /// The bound on the value of a node.
    fn bound(&self, op: &Op, inputs: &[Triple]) -> Tensor<4> {
        let first = &inputs[0];
        match op {
            Op::Layer(layer) => {
                let spec = &self.dense.architecture().layers()[*layer];
                let own = spec.product(self.local[*layer].clone(), first.dense.clone().abs());
                let passed = spec.product(self.magnitudes[*layer].clone(), first.bound.clone());
                own + passed + self.biases[*layer].clone()
            }
            Op::BatchNorm(norm) => {
                let scale = self.pruned.norm_scale(*norm);
                let channels = scale.dims()[0];
                let of = |network: &Network| network.apply(op, vec![first.dense.clone()]);
                let own = (of(self.dense) - of(self.pruned)).abs();
                first.bound.clone() * scale.reshape([1, channels, 1, 1]) + own
            }
            // ReLU leaves a bound as it is, since none is negative; a maximum of bounds bounds the
            // change of a maximum, a mean that of a mean, a sum that of a sum; zeros do not change.
            Op::Input
            | Op::Relu
            | Op::Add
            | Op::AddPadded
            | Op::Concat
            | Op::MaxPool(_)
            | Op::AveragePool(_) => {
                self.dense.apply(op, inputs.iter().map(|triple| triple.bound.clone()).collect())
            }
        }
    }
}

impl Outputs {
    fn extend(&mut self, value: &Triple) {
        let largest = |tensor: Tensor<4>| -> Vec<f32> {
            let largest = tensor.flatten::<2>(1, 3).max_dim(1);
            largest.into_data().try_into_vec().expect("computed in f32")
        };
        self.bound.extend(largest(value.bound.clone()));
        self.change.extend(largest((value.dense.clone() - value.pruned.clone()).abs()));
    }
}

impl Propagated {
    /// Counts points with a certified and with a changed class.
    fn count_classes(&mut self, logits: &Triple) {
        let classes = logits.dense.dims()[1..].iter().product();
        let host = |tensor: &Tensor<4>| -> Vec<f32> {
            tensor.clone().into_data().try_into_vec().expect("computed in f32")
        };
        let (dense, pruned, bound) =
            (host(&logits.dense), host(&logits.pruned), host(&logits.bound));
        for start in (0..dense.len()).step_by(classes) {
            let row = start..start + classes;
            let (dense, bound) = (&dense[row.clone()], &bound[row.clone()]);
            let top = largest(dense);
            let safe = |c: usize| c == top || dense[top] - dense[c] > bound[top] + bound[c];
            self.certified += usize::from((0..classes).all(safe));
            self.changed += usize::from(largest(&pruned[row]) != top);
        }
    }
}

fn largest(values: &[f32]) -> usize {
    (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b]).then(b.cmp(&a))).unwrap_or(0)
}

/// No change may be larger than its bound.
pub(super) fn check(architecture: &Architecture, points: &Propagated) -> Result<(), PruneError> {
    let names = architecture.layers().iter().map(|layer| layer.name.as_str());
    let layers = names.zip(&points.layers).chain([("logits", &points.logits)]);
    for (name, outputs) in layers {
        let pairs = outputs.bound.iter().zip(&outputs.change).enumerate();
        // Rounding of the sums is part of the bound; of the rest a little is left.
        let slack = |bound: f32| 1e-4 * bound + 1e-5;
        let exceeded = pairs.filter(|(_, (bound, change))| **change > **bound + slack(**bound));
        if let Some((point, (bound, change))) = exceeded.into_iter().next() {
            let problem = format!("point {point} changes by {change}, its bound is {bound}");
            return Err(PruneError::BoundExceeded { layer: name.to_owned(), problem });
        }
    }
    Ok(())
}

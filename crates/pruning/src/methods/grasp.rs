use std::sync::Arc;

use burn::tensor::activation::softmax;
use burn::tensor::{Int, Tensor};
use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::{Criterion, PruneError, Scope, Scores, Subject, cross_entropy, loss_gradients};

pub(super) const ENTRY: Entry = Entry {
    name: "grasp",
    summary: "w · Hg: weights whose removal would weaken the gradient",
    source: "Wang et al. 2020, arXiv 2002.07376",
    needs: Needs::LABELS,
    exact: true,
    scope: Scope::Global,
    options: &["temperature"],
    build: Build::Criterion(1, |options| {
        let default = Grasp::default();
        Arc::new(Grasp {
            temperature: options.temperature.unwrap_or(default.temperature),
            ..default
        })
    }),
};

/// GraSP: keeps the weights that the gradient's norm would miss most
/// (Wang et al. 2020, arXiv 2002.07376):
///
/// ```text
/// w · Hg,   g = ∂L/∂w,   H = ∂²L/∂w²,   L = mean cross-entropy of the logits divided by T
/// ```
///
/// over all prunable weights at once; the paper removes the largest −w · Hg. To first order, taking
/// the weight δ = −w away changes ‖g‖² by 2 δ · Hg.
///
/// Hg is exact: g · ∂L/∂w is the derivative of the loss in the direction g, which one pass forward
/// gives with the values, and its gradient, for a constant g, is Hg
/// ([`Network::forward_with_tangent`](models::Network::forward_with_tangent)). Norms are in
/// evaluation, so that points do not depend on each other, and g and H are means over the same points.
#[derive(Debug, Clone, Copy)]
pub struct Grasp {
    /// T, which logits are divided by; 200 in the authors' code.
    pub temperature: f64,
    /// Points taken through the network at a time; it bounds the memory and changes only rounding.
    pub chunk: usize,
}

impl Default for Grasp {
    fn default() -> Self {
        Self { temperature: 200.0, chunk: 128 }
    }
}

impl Criterion for Grasp {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        let gradient = loss_gradients(subject, self.chunk, |network, images, labels| {
            cross_entropy(network.forward(images).div_scalar(self.temperature), labels)
        })?;
        let product = loss_gradients(subject, self.chunk, |network, images, labels| {
            let (logits, tangents) = network.forward_with_tangent(images, &gradient);
            let logits = logits.div_scalar(self.temperature);
            slope(logits, tangents, labels).div_scalar(self.temperature)
        })?;
        Scores::by_layer(subject.network, |layer| {
            product[layer].clone() * subject.network.weight(layer)
        })
    }
}

/// How fast the mean cross-entropy changes as the logits do: the mean of ⟨softmax(z) − y, ż⟩.
fn slope(logits: Tensor<2>, tangents: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let own = tangents.clone().gather(1, labels.unsqueeze_dim(1));
    ((softmax(logits, 1) * tangents).sum_dim(1) - own).mean()
}

#[cfg(test)]
mod tests {
    use models::{Builder, Convolution, Initialisation, Network};

    use super::*;
    use crate::generator;
    use crate::methods::testing::{images, labels, linear};

    fn scores(
        grasp: Grasp,
        network: &Network,
        points: &Tensor<4>,
        classes: &[i64],
    ) -> Vec<Vec<f32>> {
        let labels = labels(classes);
        let subject = Subject::new(network, points).with_labels(&labels);
        grasp.scores(subject, &mut generator(0)).unwrap().layers().to_vec()
    }

    /// One weight for each of two classes, w = (a, b), and x = 1 of class 0: with p = softmax(w / T)
    /// g = (p − y) / T and H = (diag(p) − p pᵀ) / T², where p₁ − y₁ = −(p₀ − y₀) = p₁:
    /// Hg = p₀ p₁ · 2 p₁ / T³ · (−1, 1).
    #[test]
    fn scores_by_hand() {
        let (a, b) = (0.5_f32, -1.5_f32);
        let network = linear(&[a, b], 2, 1);
        for temperature in [1.0_f32, 4.0] {
            let grasp = Grasp { temperature: temperature.into(), ..Grasp::default() };
            let found = scores(grasp, &network, &images(&[1.0], [1; 4]), &[0]);
            let p1 = 1.0 / (1.0 + ((a - b) / temperature).exp());
            let product = 2.0 * (1.0 - p1) * p1 * p1 / temperature.powi(3);
            for (found, expected) in found[0].iter().zip([-a * product, b * product]) {
                assert!((found - expected).abs() < 1e-6 * product, "{found} {expected}");
            }
        }
    }

    /// Padding, norms, a sum, a concatenation and both kinds of pooling.
    fn convolutional() -> Network {
        let mut net = Builder::new("toy", [2, 8, 8]);
        let convolution = Convolution::new(4, 3).padding(1);
        let x = net.convolution(net.input(), "conv1", convolution);
        let x = net.batch_norm(x, "bn1");
        let x = net.relu(x);
        let y = net.convolution(x, "conv2", convolution);
        let y = net.batch_norm(y, "bn2");
        let sum = net.add(x, y);
        let x = net.relu(sum);
        let x = net.max_pool(x, 2);
        let y = net.convolution(x, "conv3", Convolution::new(3, 1));
        let start = net.average_pool(net.input(), 2);
        let joined = net.concat(&[y, start, x]);
        let x = net.average_pool(joined, 2);
        let x = net.linear(x, "fc1", 6);
        let x = net.relu(x);
        let x = net.linear(x, "fc2", 3);
        let scheme = Initialisation::KaimingUniform;
        let network = Network::new(net.build(x).unwrap(), scheme, 5, &burn::tensor::Device::flex());
        // Norms that have seen something.
        use burn::module::Module;
        let network = network.train();
        network.forward(Tensor::from_inner(points()).mul_scalar(2.0).add_scalar(0.5));
        network.valid()
    }

    fn points() -> Tensor<4> {
        let pixels: Vec<f32> = (0..5 * 128).map(|i| (0.37 * i as f32).sin()).collect();
        images(&pixels, [5, 2, 8, 8])
    }

    const CLASSES: [i64; 5] = [0, 2, 1, 1, 0];

    fn gradients(network: &Network) -> Vec<Vec<f32>> {
        let (points, labels) = (points(), labels(&CLASSES));
        let subject = Subject::new(network, &points).with_labels(&labels);
        let found = loss_gradients(subject, 99, |network, images, labels| {
            cross_entropy(network.forward(images), labels)
        });
        let host = |tensor: Tensor<2>| tensor.into_data().try_into_vec().unwrap();
        found.unwrap().into_iter().map(host).collect()
    }

    /// Hg against (g(w + h g) − g(w − h g)) / 2h.
    #[test]
    fn products_agree_with_differences_of_gradients() {
        let network = convolutional();
        let layers = network.architecture().layers().len();
        let gradient = gradients(&network);
        let weights: Vec<Vec<f32>> = (0..layers).map(|l| network.weight_values(l)).collect();
        let step = 2e-3;
        let moved = |by: f32| {
            let rows: Vec<Vec<f32>> = weights
                .iter()
                .zip(&gradient)
                .map(|(w, g)| w.iter().zip(g).map(|(w, g)| w + by * g).collect())
                .collect();
            gradients(&network.with_weights(&rows))
        };
        let (more, less) = (moved(step), moved(-step));
        let found = scores(Grasp { temperature: 1.0, chunk: 2 }, &network, &points(), &CLASSES);
        for layer in 0..layers {
            let expected = more[layer].iter().zip(&less[layer]).zip(&weights[layer]);
            let expected: Vec<f32> =
                expected.map(|((more, less), w)| w * (more - less) / (2.0 * step)).collect();
            let largest = expected.iter().fold(0.0_f32, |most, score| most.max(score.abs()));
            for (found, expected) in found[layer].iter().zip(expected) {
                let miss = (found - expected).abs() / largest;
                assert!(miss < 2e-3, "{layer}: {found} {expected} {largest}");
            }
        }
    }

    #[test]
    fn points_and_labels_are_asked_for() {
        let network = linear(&[1.0, 2.0], 1, 2);
        let none = images(&[], [0, 2, 1, 1]);
        let scores = Grasp::default().scores(Subject::new(&network, &none), &mut generator(0));
        assert_eq!(scores.unwrap_err(), PruneError::NoLabels);
    }
}

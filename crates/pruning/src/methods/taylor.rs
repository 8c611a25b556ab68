use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;
use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::{ChannelCriterion, ChannelScores, Channels, PruneError, Scope, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "taylor",
    summary: "mean over labelled points of |change of the loss without the channel|, to first order",
    source: "Molchanov et al. 2017, arXiv 1611.06440",
    needs: Needs::LABELS,
    exact: true,
    scope: Scope::Global,
    options: &[],
    build: Build::Filters(|_| Box::new(Taylor::default())),
};

/// How much the loss of a point would change without the channel, to first order
/// (Molchanov et al. 2017, arXiv 1611.06440, equation 8):
///
/// ```text
/// mean over points x of | Σ over readers and positions p of a_p(x) · ∂L(x)/∂a_p |
/// ```
///
/// The paper takes the mean over positions where this takes the sum, and then scales every layer to
/// norm 1, which the sum makes needless: it is the change of the loss itself, the same for all layers.
#[derive(Debug, Clone, Copy)]
pub struct Taylor {
    /// Points taken through the network at a time; it bounds the memory and changes only rounding.
    pub chunk: usize,
}

impl Default for Taylor {
    fn default() -> Self {
        Self { chunk: 64 }
    }
}

impl ChannelCriterion for Taylor {
    fn scores(
        &self,
        subject: Subject<'_>,
        channels: &Channels,
        _: &mut ChaCha8Rng,
    ) -> Result<ChannelScores, PruneError> {
        let Subject { network, images, .. } = subject;
        let labels = subject.labels.ok_or(PruneError::NoLabels)?;
        let points = images.dims()[0];
        if points == 0 {
            return Err(PruneError::NoPoints);
        }
        let mut sums = vec![0.0_f64; channels.groups().count()];
        for start in (0..points).step_by(self.chunk.max(1)) {
            let count = self.chunk.max(1).min(points - start);
            let labels = Tensor::from_inner(labels.clone().narrow(0, start, count));
            let slopes = network.channel_slopes(images.clone().narrow(0, start, count), |logits| {
                log_softmax(logits, 1).gather(1, labels.unsqueeze_dim(1)).sum().neg()
            });
            for point in of_points(channels, slopes, count) {
                sums.iter_mut().zip(point).for_each(|(sum, change)| *sum += change.abs());
            }
        }
        let means = sums.into_iter().map(|sum| (sum / points as f64) as f32);
        ChannelScores::new(channels, means.collect())
    }
}

/// The change of each point's loss without each group: the sum over its readers.
fn of_points(channels: &Channels, slopes: Vec<Tensor<2>>, points: usize) -> Vec<Vec<f64>> {
    let mut changes = vec![vec![0.0; channels.groups().count()]; points];
    for (index, slopes) in slopes.into_iter().enumerate() {
        let inputs = &channels.groups().layer(index).inputs;
        let slopes: Vec<f32> = slopes.into_data().try_into_vec().expect("computed in f32");
        for (changes, slopes) in changes.iter_mut().zip(slopes.chunks_exact(inputs.len())) {
            for (&group, &slope) in inputs.iter().zip(slopes) {
                changes[group] += f64::from(slope);
            }
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator;
    use crate::methods::testing::{images, labels, two_layers};

    /// x = (1, 2) and (3, 0); h = relu([[1, 0], [0, 1], [1, 1]] x); z = [[1, 0, 2], [0, 1, 0]] h.
    /// ∂L/∂z = p − y, so that the change without h_j is Σ_i (p − y)_i W_ij h_j.
    #[test]
    fn scores_by_hand() {
        let network =
            two_layers((&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 3), (&[1.0, 0.0, 2.0, 0.0, 1.0, 0.0], 2));
        let images = images(&[1.0, 2.0, 3.0, 0.0], [2, 2, 1, 1]);
        let labels = labels(&[0, 1]);
        let subject = Subject::new(&network, &images).with_labels(&labels);
        let channels = Channels::of(network.architecture());
        let hidden = [[1.0, 2.0, 3.0], [3.0, 0.0, 3.0]];
        let weights = [[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]];
        let mut expected = [0.0_f64; 3];
        for (h, class) in hidden.iter().zip([0, 1]) {
            let z = weights.map(|w| w.iter().zip(h).map(|(w, h)| w * h).sum::<f64>());
            let p0 = 1.0 / (1.0 + (z[1] - z[0]).exp());
            let slope = [p0 - f64::from(class == 0), (1.0 - p0) - f64::from(class == 1)];
            for j in 0..3 {
                let change = (slope[0] * weights[0][j] + slope[1] * weights[1][j]) * h[j];
                expected[j] += change.abs() / 2.0;
            }
        }
        for chunk in [1, 2, 5] {
            let found = Taylor { chunk }.scores(subject, &channels, &mut generator(0)).unwrap();
            let found = channels.pools()[0].iter().map(|&group| f64::from(found.groups()[group]));
            for (found, expected) in found.zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{found} {expected}");
            }
        }
    }
}

use std::sync::Arc;

use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::{Criterion, PruneError, Scope, Scores, Subject, cross_entropy, loss_gradients};

pub(super) const ENTRY: Entry = Entry {
    name: "snip",
    summary: "|w ∂L/∂w| over labelled points",
    source: "Lee et al. 2019, arXiv 1810.02340",
    needs: Needs::LABELS,
    exact: true,
    scope: Scope::Global,
    options: &[],
    build: Build::Criterion(1, |_| Arc::new(Snip::default())),
};

/// SNIP: how much the loss would change if a weight were scaled, to first order
/// (Lee et al. 2019, arXiv 1810.02340):
///
/// ```text
/// |w · ∂L/∂w|,   L = mean cross-entropy over the points, norms in evaluation
/// ```
///
/// The gradient is signed until it is summed over all points. The paper divides by the sum of all
/// scores, which changes no rank.
#[derive(Debug, Clone, Copy)]
pub struct Snip {
    /// Points taken through the network at a time; it bounds the memory and changes only rounding.
    pub chunk: usize,
}

impl Default for Snip {
    fn default() -> Self {
        Self { chunk: 128 }
    }
}

impl Criterion for Snip {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        let gradients = loss_gradients(subject, self.chunk, |network, images, labels| {
            cross_entropy(network.forward(images), labels)
        })?;
        Scores::by_layer(subject.network, |layer| {
            (gradients[layer].clone() * subject.network.weight(layer)).abs()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator;
    use crate::methods::testing::{images, labels, linear};

    /// One linear unit for each of two classes, W = [[1, 2], [0, −1]], and x = (1, −1) of class 0:
    /// z = (−1, 1), p = softmax(z), ∂L/∂W = (p − (1, 0)) xᵀ.
    #[test]
    fn scores_by_hand() {
        let network = linear(&[1.0, 2.0, 0.0, -1.0], 2, 2);
        let images = images(&[1.0, -1.0], [1, 2, 1, 1]);
        let labels = labels(&[0]);
        let subject = Subject::new(&network, &images).with_labels(&labels);
        let found = Snip::default().scores(subject, &mut generator(0)).unwrap();
        let p1 = 1.0 / (1.0 + (-2.0_f32).exp());
        for (found, expected) in found.layers()[0].iter().zip([p1, 2.0 * p1, 0.0, p1]) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    /// The last two points are one point in both classes, between equal logits: what one pulls, the
    /// other one pushes.
    #[test]
    fn signs_cancel_whatever_the_chunks() {
        let network = linear(&[1.0, 2.0, 0.5, 2.0], 2, 2);
        let images = images(&[2.0, 0.0, 0.0, 1.0, 0.0, 1.0], [3, 2, 1, 1]);
        let labels = labels(&[0, 0, 1]);
        let subject = Subject::new(&network, &images).with_labels(&labels);
        // The first point alone: z = (2, 1), a third of (p − y) xᵀ.
        let p1 = 1.0 / (1.0 + 1.0_f32.exp());
        let expected = [p1 * 2.0 / 3.0, 0.0, 0.5 * p1 * 2.0 / 3.0, 0.0];
        for chunk in [1, 2, 3, 100] {
            let found = Snip { chunk }.scores(subject, &mut generator(0)).unwrap();
            for (found, expected) in found.layers()[0].iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{chunk}: {found} {expected}");
            }
        }
    }

    #[test]
    fn points_and_labels_are_asked_for() {
        let network = linear(&[1.0, 2.0], 1, 2);
        let (none, no_labels) = (images(&[], [0, 2, 1, 1]), labels(&[]));
        let subject = Subject::new(&network, &none);
        let scores = |subject| Snip::default().scores(subject, &mut generator(0)).unwrap_err();
        assert_eq!(scores(subject), PruneError::NoLabels);
        assert_eq!(scores(subject.with_labels(&no_labels)), PruneError::NoPoints);
    }
}

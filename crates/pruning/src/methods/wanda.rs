use std::sync::Arc;

use burn::tensor::Tensor;
use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::patches::patches;
use crate::{Criterion, PruneError, Scope, Scores, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "wanda",
    summary: "|w| ‖x‖₂, x what the weight is multiplied with over all points",
    source: "Sun et al. 2023, arXiv 2306.11695",
    needs: Needs::POINTS,
    exact: true,
    scope: Scope::PerUnit,
    options: &[],
    build: Build::Criterion(1, |_| Arc::new(Wanda::default())),
};

/// Wanda: the weight times the norm of its input (Sun et al. 2023, arXiv 2306.11695):
///
/// ```text
/// |w_ij| · ‖x_j‖₂,   ‖x_j‖₂² = Σ over points and positions p of x_pj²
/// ```
///
/// x_p is the patch that the layer reads at position p; a linear layer has one position. As
/// published, weights are compared within their unit only ([`Scope::PerUnit`]).
#[derive(Debug, Clone, Copy)]
pub struct Wanda {
    /// Points taken through the network at a time; it bounds the memory and changes only rounding.
    pub chunk: usize,
}

impl Default for Wanda {
    fn default() -> Self {
        Self { chunk: 64 }
    }
}

impl Criterion for Wanda {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        let Subject { network, images, .. } = subject;
        let layers = network.architecture().layers();
        let points = images.dims()[0];
        // Squares are summed over the points first, so that one image of them is cut into patches.
        let mut squares: Vec<Option<Tensor<4>>> = vec![None; layers.len()];
        for start in (0..points).step_by(self.chunk.max(1)) {
            let count = self.chunk.max(1).min(points - start);
            network.forward_watched(images.clone().narrow(0, start, count), |layer, input| {
                let chunk = (input.clone() * input.clone()).sum_dim(0);
                squares[layer] = Some(match squares[layer].take() {
                    None => chunk,
                    Some(sum) => sum + chunk,
                });
            });
        }
        let squares =
            squares.into_iter().collect::<Option<Vec<_>>>().ok_or(PruneError::NoPoints)?;
        Scores::by_layer(network, |layer| {
            let patches = patches(&layers[layer], squares[layer].clone());
            let norms = patches.sum_dim(2).squeeze_dim::<2>(2).sqrt();
            network.weight(layer).abs() * norms
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use models::{Builder, Convolution, Initialisation, Network};

    use super::*;
    use crate::generator;
    use crate::methods::testing::{images, linear};

    #[test]
    fn scores_by_hand() {
        let network = linear(&[1.0, -2.0, 0.0, 3.0], 2, 2);
        let points = images(&[3.0, 1.0, -4.0, 0.0], [2, 2, 1, 1]);
        let subject = Subject::new(&network, &points);
        for chunk in [1, 2, 9] {
            let found = Wanda { chunk }.scores(subject, &mut generator(0)).unwrap();
            assert_eq!(found.layers()[0], [5.0, 2.0, 0.0, 3.0]);
        }
        let none = images(&[], [0, 2, 1, 1]);
        let found = Wanda::default().scores(Subject::new(&network, &none), &mut generator(0));
        assert_eq!(found.unwrap_err(), PruneError::NoPoints);
    }

    /// A kernel of 2x2 over 3x3 pixels with one row and column of zeros around: each weight meets
    /// another part of the pixels.
    #[test]
    fn inputs_of_a_convolution_are_summed_over_positions() {
        let mut net = Builder::new("toy", [1, 3, 3]);
        let x = net.convolution(net.input(), "conv", Convolution::new(2, 2).stride(2).padding(1));
        let architecture = net.build(x).unwrap();
        let network =
            Network::new(architecture, Initialisation::KaimingUniform, 1, &Device::flex());
        let pixels: Vec<f32> = (1..=9).map(|i| i as f32).collect();
        let points = images(&pixels, [1, 1, 3, 3]);
        let found = Wanda::default().scores(Subject::new(&network, &points), &mut generator(0));
        // Positions start at −1 and 1: top left meets 5; top right 4, 6; bottom left 2, 8; the last
        // one 1, 3, 7, 9.
        let norms = [25.0_f32, 52.0, 68.0, 140.0].map(f32::sqrt);
        let weights = network.weight_values(0);
        for (index, (found, weight)) in found.unwrap().layers()[0].iter().zip(weights).enumerate() {
            assert!((found - weight.abs() * norms[index % 4]).abs() < 1e-5, "{index}: {found}");
        }
    }
}

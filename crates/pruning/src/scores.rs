use burn::tensor::Tensor;
use models::Network;

use crate::error::PruneError;

/// A score for each prunable weight: larger ones are kept first.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    layers: Vec<Vec<f32>>,
}

impl Scores {
    /// Scores from a tensor `[units, fan_in]` for each layer, computed from the layer's index.
    ///
    /// # Errors
    /// When a layer does not get one score for each of its weights, or a score is not a number.
    pub fn by_layer(
        network: &Network,
        mut score: impl FnMut(usize) -> Tensor<2>,
    ) -> Result<Self, PruneError> {
        let layers = 0..network.architecture().layers().len();
        Self::new(network, layers.map(|layer| host(score(layer))).collect())
    }

    /// Scores from one list for each layer, `[units, fan_in]` row by row.
    ///
    /// # Errors
    /// When a layer does not get one score for each of its weights, or a score is not a number.
    pub fn new(network: &Network, layers: Vec<Vec<f32>>) -> Result<Self, PruneError> {
        for (index, spec) in network.architecture().layers().iter().enumerate() {
            let scores = layers.get(index).map_or(&[][..], Vec::as_slice);
            let (layer, expected) = (spec.name.clone(), spec.weights());
            if scores.len() != expected {
                return Err(PruneError::ScoreCount { layer, found: scores.len(), expected });
            }
            if let Some(index) = scores.iter().position(|score| score.is_nan()) {
                return Err(PruneError::Score { layer, index, score: scores[index] });
            }
        }
        Ok(Self { layers })
    }

    /// Every score with its sign turned: the smallest ones come first.
    pub(crate) fn negated(&self) -> Self {
        let turned = |scores: &Vec<f32>| scores.iter().map(|score| -score).collect();
        Self { layers: self.layers.iter().map(turned).collect() }
    }

    /// One list for each layer, `[units, fan_in]` row by row.
    pub fn layers(&self) -> &[Vec<f32>] {
        &self.layers
    }
}

fn host(scores: Tensor<2>) -> Vec<f32> {
    scores.into_data().convert::<f32>().try_into_vec().expect("converted to f32 just before")
}

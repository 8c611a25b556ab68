use crate::network::Network;
use crate::norm::NormValues;

impl Network {
    /// The network on the straight line from this one, at share 0, to another one of the same architecture, at
    /// share 1: every parameter is (1 − share) a + share b.
    ///
    /// So are the running statistics of norms, though no network in between would have seen them:
    /// [`reestimated`](Self::reestimated) takes them anew.
    ///
    /// # Panics
    /// When the architectures differ.
    pub fn interpolated(&self, other: &Self, share: f32) -> Self {
        assert_eq!(self.architecture(), other.architecture(), "networks of one architecture");
        let between = |a: Vec<f32>, b: Vec<f32>| -> Vec<f32> {
            a.into_iter().zip(b).map(|(a, b)| (1.0 - share) * a + share * b).collect()
        };
        let layers = (0..self.architecture().layers().len()).map(|layer| {
            let bias = |network: &Self| network.bias_values(layer).unwrap_or_default();
            let weights = between(self.weight_values(layer), other.weight_values(layer));
            (weights, between(bias(self), bias(other)))
        });
        let norms = self.norms().iter().zip(other.norms()).map(|(a, b)| {
            let (a, b) = (NormValues::of(a), NormValues::of(b));
            NormValues {
                scale: between(a.scale, b.scale),
                shift: between(a.shift, b.shift),
                mean: between(a.mean, b.mean),
                variance: between(a.variance, b.variance),
            }
        });
        Self::from_values(self.shared_architecture(), layers, norms, &self.device())
    }
}

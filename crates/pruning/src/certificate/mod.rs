//! How far a pruned network can be from the dense one: bounds, and what was measured beside them.

mod bounds;
mod matrices;
mod measure;
mod propagate;

use burn::tensor::Tensor;
use models::Network;

use crate::error::PruneError;
use crate::methods::{check_constant, check_failure_probability};
use crate::pruner::Draws;
use crate::sensitivity::{Reduction, Sensitivities, sensitivities};
use matrices::Matrices;

/// What the bounds assume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trust {
    failure_probability: f64,
    constant: f64,
}

impl Trust {
    /// `failure_probability` δ in (0, 1): with probability 1 − δ over the draws, all bounds on drawn
    /// sides hold at once. `constant` C ≥ 1: off the points, relative importance is taken to be at
    /// most C times the sensitivity over the points.
    ///
    /// # Errors
    /// When one lies outside.
    pub fn new(failure_probability: f64, constant: f64) -> Result<Self, PruneError> {
        check_failure_probability(Some(failure_probability))?;
        check_constant(Some(constant))?;
        Ok(Self { failure_probability, constant })
    }
}

/// One side of one unit: its weights of one sign, and the sum z = Σ |w_j| a_j over them.
///
/// ẑ is the same sum with the pruned weights, on the dense network's activations.
#[derive(Debug, Clone, PartialEq)]
pub struct SideCertificate {
    /// Unit of the layer, from 0.
    pub unit: usize,
    /// Whether it is the side of the negative weights.
    pub negative: bool,
    /// Weights of the side.
    pub weights: usize,
    /// Those that are not zero in the pruned network.
    pub kept: usize,
    /// How often it was drawn from; 0 where nothing was drawn.
    pub draws: u64,
    /// S, the sum of its sensitivities (maximum over positions); 0 without signal on the points.
    pub sensitivity: f64,
    /// Share of S that is kept; 1 where S is 0.
    pub kept_mass: f64,
    /// |ẑ − z| / z is at most this, on every point and position. For weights that are dropped or
    /// scaled: the largest Σ |1 − ŵ_j/w_j| w_j a_j / z; for a drawn side the smaller one of that and
    /// [`bernstein`](Self::bernstein).
    pub bound_points: f64,
    /// Bernstein's bound for the draws that were made, with C = 1; for drawn sides.
    pub bernstein: Option<f64>,
    /// |ẑ − z| / z is at most this on any input, provided that relative importance is at most C s_j
    /// there: min(max_j ρ_j, C Σ ρ_j s_j) with ρ_j = |1 − ŵ_j/w_j|; for a drawn side Bernstein's bound
    /// with C where that is smaller.
    pub bound_off: f64,
    /// The largest |ẑ − z| / z that was measured on the points.
    pub observed: f64,
    /// The same on held-out points, where there are any.
    pub observed_held_out: Option<f64>,
}

/// Bound and truth for each point: the largest over the units and positions of a layer, or over the
/// logits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outputs {
    /// The propagated bound on the change of a value.
    pub bound: Vec<f32>,
    /// The largest change that was measured.
    pub change: Vec<f32>,
}

/// What errors add up to on a set of points.
///
/// With z± the two sides' sums on the *dense* network's activations, the change of unit i of layer ℓ
/// is at most
///
/// ```text
/// r_i = Σ_sides ε_side z_side + Σ_j |ŵ_ij| r_j(inputs),        r = 0 for the image
/// ```
///
/// ReLU and pooling do not enlarge it, a batch normalisation multiplies it by |γ/σ|, sums add,
/// concatenation concatenates. Biases and norms that were trained further add what that changes. Rounding in single precision is part of ε.
#[derive(Debug, Clone, PartialEq)]
pub struct Propagated {
    /// Before the activation of each prunable layer.
    pub layers: Vec<Outputs>,
    /// At the logits.
    pub logits: Outputs,
    /// Points whose predicted class the bound shows to be unchanged: the margin to every other class
    /// is larger than both bounds together.
    pub certified: usize,
    /// Points whose predicted class has changed.
    pub changed: usize,
}

/// What is known of a pruned network beside the dense one it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// For each prunable layer its sides: the positive ones of all units, then the negative ones.
    pub sides: Vec<Vec<SideCertificate>>,
    /// On the points, by [`SideCertificate::bound_points`].
    pub points: Propagated,
    /// On held-out points, by [`SideCertificate::bound_off`].
    pub held_out: Option<Propagated>,
}

/// Certifies prunings of one dense network.
#[derive(Debug)]
pub struct Certifier {
    dense: Network,
    points: Tensor<4>,
    held_out: Option<Tensor<4>>,
    trust: Trust,
    sensitivities: Sensitivities,
    chunk: usize,
}

impl Certifier {
    /// Computes the sensitivities of the dense network over `points`
    /// `[points, channels, height, width]`. Where other points are `held_out`, the bounds off the points
    /// are put to the test on them.
    ///
    /// # Errors
    /// When there are no points, or a sensitivity is not a number.
    pub fn new(
        dense: Network,
        points: Tensor<4>,
        held_out: Option<Tensor<4>>,
        trust: Trust,
    ) -> Result<Self, PruneError> {
        const CHUNK: usize = 64;
        let sensitivities = sensitivities(&dense, &points, Reduction::Max, CHUNK)?;
        Ok(Self { dense, points, held_out, trust, sensitivities, chunk: CHUNK })
    }

    /// The certificate of a network with the same architecture: pruned, and perhaps trained further.
    /// `draws` are those of [`Pruned::draws`](crate::Pruned::draws).
    ///
    /// # Errors
    /// [`PruneError::BoundExceeded`] when a measured error on the points is larger than its bound,
    /// which the mathematics excludes (for drawn sides except with probability δ).
    pub fn certify(
        &self,
        pruned: &Network,
        draws: Option<&[Vec<Draws>]>,
    ) -> Result<Certificate, PruneError> {
        let matrices = Matrices::of(&self.dense, pruned);
        let errors = |images| measure::errors(&self.dense, &matrices, images, self.chunk);
        let on_points = errors(&self.points);
        let on_held_out = self.held_out.as_ref().map(errors);
        let sides = bounds::sides(self, pruned, draws, &on_points, on_held_out.as_deref());
        measure::check(self.dense.architecture(), &sides)?;
        let propagate = |images: &Tensor<4>, epsilon: fn(&SideCertificate) -> f64| {
            let local = matrices.local(&self.dense, &sides, epsilon);
            propagate::propagate(&self.dense, pruned, &local, images, self.chunk)
        };
        let points = propagate(&self.points, |side| side.bound_points);
        propagate::check(self.dense.architecture(), &points)?;
        let held_out = self.held_out.as_ref();
        let held_out = held_out.map(|images| propagate(images, |side| side.bound_off));
        Ok(Certificate { sides, points, held_out })
    }
}

/// Rounding of a sum of `terms` products in single precision, relative to the sum of their absolute
/// values, for two such sums that are compared.
fn rounding(terms: usize) -> f64 {
    2.0 * (terms + 2) as f64 * f64::from(f32::EPSILON)
}

#[cfg(test)]
mod tests;

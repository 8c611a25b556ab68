//! Rows of certificates: one for a layer, one for a side of a unit.

mod layers;
mod middle;

use models::Architecture;
use pruning::{Certificate, SideCertificate};
use serde::{Deserialize, Serialize};

pub use layers::{layer_rows, output_tightness};
pub use middle::Middle;
use middle::tightness;

/// `certificates.csv`: a layer, or `network`, of a pruned network that was not retrained yet, beside
/// the network that was pruned.
///
/// A side is the weights of one sign of one unit. Its relative error is |ẑ − z| / z on the network
/// that was pruned, z being its sum before pruning and ẑ after.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CertificateRow {
    /// Id of the run.
    pub run: String,
    /// Pruning method.
    pub method: String,
    /// What happens to the survivors afterwards.
    pub retraining: String,
    /// The network's seed.
    pub seed: u64,
    /// Density that was asked for.
    pub density_asked: f64,
    /// Layer, or `network` for all.
    pub layer: String,
    /// Sides that have weights.
    pub sides: usize,
    /// Those without any signal on the points.
    pub silent_sides: usize,
    /// Those that were drawn from.
    pub drawn_sides: usize,
    /// Total sensitivity S of the sides with signal: median.
    pub sensitivity_median: Option<f64>,
    /// And its largest.
    pub sensitivity_largest: Option<f64>,
    /// Share of S that is kept: median.
    pub kept_mass_median: Option<f64>,
    /// And its least.
    pub kept_mass_least: Option<f64>,
    /// Bound on the relative error on the points: median over the sides.
    pub error_bound_median: Option<f64>,
    /// And its largest.
    pub error_bound_worst: Option<f64>,
    /// Sides whose bound says nothing, since it is 1 or more.
    pub vacuous: usize,
    /// Bernstein's bound of the drawn sides on the points: median.
    pub bernstein_median: Option<f64>,
    /// Drawn sides where it is 1 or more.
    pub bernstein_vacuous: usize,
    /// Bound on the relative error off the points: median.
    pub error_bound_off_median: Option<f64>,
    /// And its largest.
    pub error_bound_off_worst: Option<f64>,
    /// Sides whose bound off the points is 1 or more.
    pub vacuous_off: usize,
    /// Relative error that was measured on the points: median.
    pub error_observed_median: Option<f64>,
    /// And its largest.
    pub error_observed_worst: Option<f64>,
    /// Bound over measured error, of the sides that have one: median.
    pub error_tightness_median: Option<f64>,
    /// Points.
    pub points: usize,
    /// Propagated bound on the change of the layer's values (the logits, for `network`), the largest
    /// of a point: median over the points.
    pub output_bound_median: Option<f64>,
    /// And its largest.
    pub output_bound_worst: Option<f64>,
    /// The change that was measured: median.
    pub output_change_median: Option<f64>,
    /// And its largest.
    pub output_change_worst: Option<f64>,
    /// Bound over measured change: median.
    pub output_tightness_median: Option<f64>,
    /// Points whose class is certified to be unchanged; for `network`.
    pub certified: Option<usize>,
    /// Points whose class has changed; for `network`.
    pub changed: Option<usize>,
    /// Points held out to test the bounds off the points.
    pub held_out: usize,
    /// Sides whose error there is larger than their bound off the points: the assumption behind it
    /// did not hold.
    pub held_out_exceeded: Option<usize>,
    /// Relative error measured there: largest.
    pub held_out_error_worst: Option<f64>,
    /// Propagated bound there: median.
    pub held_out_output_bound_median: Option<f64>,
    /// Measured change there: median.
    pub held_out_output_change_median: Option<f64>,
    /// Held-out points whose class is certified to be unchanged; for `network`.
    pub held_out_certified: Option<usize>,
    /// Held-out points whose class has changed; for `network`.
    pub held_out_changed: Option<usize>,
}

/// `certificates/<run>.csv`: one side of one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SideRow {
    /// Density that was asked for.
    pub density_asked: f64,
    /// Layer.
    pub layer: String,
    /// Unit, from 0.
    pub unit: usize,
    /// `+` for the positive weights, `-` for the negative ones.
    pub side: char,
    /// Weights of the side.
    pub weights: usize,
    /// Weights that stay.
    pub kept: usize,
    /// Draws; 0 where nothing was drawn.
    pub draws: u64,
    /// Total sensitivity S.
    pub sensitivity: f64,
    /// Share of S that is kept.
    pub kept_mass: f64,
    /// Bound on the relative error on the points.
    pub error_bound: f64,
    /// Bernstein's bound, where it was drawn.
    pub bernstein: Option<f64>,
    /// Bound off the points.
    pub error_bound_off: f64,
    /// The largest relative error on the points.
    pub error_observed: f64,
    /// Bound over measured error, where there is one.
    pub error_tightness: Option<f64>,
    /// The largest relative error on held-out points.
    pub held_out_error: Option<f64>,
}

impl SideRow {
    /// The rows of all sides that have weights.
    pub fn all(
        density_asked: f64,
        architecture: &Architecture,
        certificate: &Certificate,
    ) -> Vec<Self> {
        let layers = architecture.layers().iter().zip(&certificate.sides);
        let sides = layers.flat_map(|(layer, sides)| sides.iter().map(|side| (&layer.name, side)));
        let sides = sides.filter(|(_, side)| side.weights > 0);
        sides.map(|(layer, side)| Self::of(density_asked, layer, side)).collect()
    }

    fn of(density_asked: f64, layer: &str, side: &SideCertificate) -> Self {
        Self {
            density_asked,
            layer: layer.to_owned(),
            unit: side.unit,
            side: if side.negative { '-' } else { '+' },
            weights: side.weights,
            kept: side.kept,
            draws: side.draws,
            sensitivity: side.sensitivity,
            kept_mass: side.kept_mass,
            error_bound: side.bound_points,
            bernstein: side.bernstein,
            error_bound_off: side.bound_off,
            error_observed: side.observed,
            error_tightness: tightness(side.bound_points, side.observed),
            held_out_error: side.observed_held_out,
        }
    }
}

use models::Network;

use super::measure::Errors;
use super::{Certifier, SideCertificate};
use crate::pruner::{ChannelDraws, Draws};
use crate::sampling::{ErrorForm, error_of_part};

/// Bounds and measured errors of every side of every layer.
pub(super) fn sides(
    certifier: &Certifier,
    pruned: &Network,
    draws: Option<&[Vec<Draws>]>,
    on_points: &[Errors],
    on_held_out: Option<&[Errors]>,
) -> Vec<Vec<SideCertificate>> {
    let architecture = certifier.dense.architecture();
    let trust = certifier.trust;
    let events = certifier.sensitivities.events(architecture);
    let layers = architecture.layers().iter().enumerate();
    let sides = layers.map(|(index, spec)| {
        let form = ErrorForm::Bernstein;
        let coefficient = form.coefficient(spec, trust.failure_probability, events);
        let values = &certifier.sensitivities.layers[index].values;
        let (dense, pruned) = (certifier.dense.weight_values(index), pruned.weight_values(index));
        let side = |row: usize| {
            let (unit, negative) = (row % spec.units, row >= spec.units);
            let weights = unit * spec.fan_in()..(unit + 1) * spec.fan_in();
            let sums = Sums::over(weights.map(|j| (dense[j], pruned[j], values[j])).filter(
                |(dense, ..)| {
                    if negative { *dense < 0.0 } else { *dense > 0.0 }
                },
            ));
            let Draws { count: draws, channels } =
                draws.map_or_else(Draws::default, |draws| draws[index][row]);
            let bernstein = |constant: f64| match channels {
                None => form.error(coefficient * constant * sums.sensitivity, draws as f64),
                Some(ChannelDraws { sensitivity, attempts }) => {
                    let events = events * attempts as f64;
                    let coefficient = form.coefficient(spec, trust.failure_probability, events);
                    error_of_part(coefficient, constant * sensitivity, draws as f64)
                }
            };
            let drawn = draws > 0;
            let share = f64::from(on_points[index].share[row]).min(sums.largest_change);
            let off = sums.largest_change.min(trust.constant * sums.changed_mass);
            SideCertificate {
                unit,
                negative,
                weights: sums.weights,
                kept: sums.kept,
                draws,
                sensitivity: sums.sensitivity,
                kept_mass: sums.kept_mass(),
                bound_points: if drawn { share.min(bernstein(1.0)) } else { share },
                bernstein: drawn.then(|| bernstein(1.0)),
                bound_off: if drawn { off.min(bernstein(trust.constant)) } else { off },
                observed: f64::from(on_points[index].observed[row]),
                observed_held_out: on_held_out.map(|errors| f64::from(errors[index].observed[row])),
            }
        };
        (0..2 * spec.units).map(side).collect()
    });
    sides.collect()
}

/// Sums over the weights of one side.
#[derive(Default)]
struct Sums {
    weights: usize,
    kept: usize,
    /// S.
    sensitivity: f64,
    kept_sensitivity: f64,
    /// Largest ρ_j = |1 − ŵ_j/w_j|.
    largest_change: f64,
    /// Σ ρ_j s_j.
    changed_mass: f64,
}

impl Sums {
    /// Over (w_j, ŵ_j, s_j).
    fn over(weights: impl Iterator<Item = (f32, f32, f32)>) -> Self {
        let mut sums = Self::default();
        for (dense, pruned, s) in weights {
            let (change, s) = (f64::from((1.0 - pruned / dense).abs()), f64::from(s));
            sums.weights += 1;
            sums.sensitivity += s;
            if pruned != 0.0 {
                sums.kept += 1;
                sums.kept_sensitivity += s;
            }
            sums.largest_change = sums.largest_change.max(change);
            sums.changed_mass += change * s;
        }
        sums
    }

    fn kept_mass(&self) -> f64 {
        if self.sensitivity > 0.0 { self.kept_sensitivity / self.sensitivity } else { 1.0 }
    }
}

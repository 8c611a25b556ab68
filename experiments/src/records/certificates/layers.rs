use models::Architecture;
use pruning::{Certificate, Outputs, SideCertificate};

use super::CertificateRow;
use super::middle::{Middle, tightness};

/// What a layer, or the network, gives out: on the points and on those held out.
#[derive(Clone, Copy)]
struct Both<'a> {
    points: &'a Outputs,
    held_out: Option<&'a Outputs>,
}

/// A row for each layer, then one for the network; without what is the run's.
pub fn layer_rows(architecture: &Architecture, certificate: &Certificate) -> Vec<CertificateRow> {
    let held_out = certificate.held_out.as_ref();
    let layers = architecture.layers().iter().enumerate().map(|(index, spec)| {
        let outputs = Both {
            points: &certificate.points.layers[index],
            held_out: held_out.map(|held_out| &held_out.layers[index]),
        };
        row(&spec.name, &certificate.sides[index], outputs)
    });
    let outputs = Both {
        points: &certificate.points.logits,
        held_out: held_out.map(|held_out| &held_out.logits),
    };
    let network = CertificateRow {
        certified: Some(certificate.points.certified),
        changed: Some(certificate.points.changed),
        held_out_certified: held_out.map(|held_out| held_out.certified),
        held_out_changed: held_out.map(|held_out| held_out.changed),
        ..row("network", &certificate.sides.concat(), outputs)
    };
    layers.chain([network]).collect()
}

/// Bound over truth of each point.
pub fn output_tightness(outputs: &Outputs) -> Middle {
    let pairs = outputs.bound.iter().zip(&outputs.change);
    Middle::of(pairs.filter_map(|(&bound, &change)| tightness(bound.into(), change.into())))
}

fn row(layer: &str, sides: &[SideCertificate], outputs: Both<'_>) -> CertificateRow {
    let sides: Vec<&SideCertificate> = sides.iter().filter(|side| side.weights > 0).collect();
    let row = CertificateRow { layer: layer.to_owned(), ..CertificateRow::default() };
    of_outputs(of_sides(row, &sides), outputs)
}

fn of_sides(row: CertificateRow, sides: &[&SideCertificate]) -> CertificateRow {
    let count = |holds: fn(&SideCertificate) -> bool| sides.iter().filter(|s| holds(s)).count();
    let middle = |value: fn(&SideCertificate) -> Option<f64>| {
        Middle::of(sides.iter().filter_map(|side| value(side)))
    };
    let has_held_out = sides.iter().any(|side| side.observed_held_out.is_some());
    let sensitivity = middle(|side| Some(side.sensitivity).filter(|&s| s > 0.0));
    let kept_mass = middle(|side| (side.sensitivity > 0.0).then_some(side.kept_mass));
    let bound = middle(|side| Some(side.bound_points));
    let off = middle(|side| Some(side.bound_off));
    let observed = middle(|side| Some(side.observed));
    CertificateRow {
        sides: sides.len(),
        silent_sides: count(|side| side.sensitivity == 0.0),
        drawn_sides: count(|side| side.draws > 0),
        sensitivity_median: sensitivity.median,
        sensitivity_largest: sensitivity.largest,
        kept_mass_median: kept_mass.median,
        kept_mass_least: kept_mass.least,
        error_bound_median: bound.median,
        error_bound_worst: bound.largest,
        vacuous: count(|side| side.bound_points >= 1.0),
        bernstein_median: middle(|side| side.bernstein).median,
        bernstein_vacuous: count(|side| side.bernstein.is_some_and(|bound| bound >= 1.0)),
        error_bound_off_median: off.median,
        error_bound_off_worst: off.largest,
        vacuous_off: count(|side| side.bound_off >= 1.0),
        error_observed_median: observed.median,
        error_observed_worst: observed.largest,
        error_tightness_median: middle(|side| tightness(side.bound_points, side.observed)).median,
        held_out_exceeded: has_held_out.then(|| count(exceeds)),
        held_out_error_worst: middle(|side| side.observed_held_out).largest,
        ..row
    }
}

/// Whether a side's error on held-out points is larger than its bound off the points, by more than
/// rounding.
fn exceeds(side: &SideCertificate) -> bool {
    side.observed_held_out.is_some_and(|observed| observed > side.bound_off + 1e-3)
}

fn of_outputs(row: CertificateRow, outputs: Both<'_>) -> CertificateRow {
    let bound = Middle::of_points(&outputs.points.bound);
    let change = Middle::of_points(&outputs.points.change);
    let held_out = |values: fn(&Outputs) -> &Vec<f32>| {
        outputs.held_out.and_then(|outputs| Middle::of_points(values(outputs)).median)
    };
    CertificateRow {
        points: outputs.points.bound.len(),
        output_bound_median: bound.median,
        output_bound_worst: bound.largest,
        output_change_median: change.median,
        output_change_worst: change.largest,
        output_tightness_median: output_tightness(outputs.points).median,
        held_out: outputs.held_out.map_or(0, |outputs| outputs.bound.len()),
        held_out_output_bound_median: held_out(|outputs| &outputs.bound),
        held_out_output_change_median: held_out(|outputs| &outputs.change),
        ..row
    }
}

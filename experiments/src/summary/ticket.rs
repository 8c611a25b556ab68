use crate::curve::{Curve, dense, distinct, percent};
use crate::records::CurveRow;
use crate::statistics::Sample;

/// One sentence for each method and schedule that was rewound: do its survivors learn as well as
/// the dense network, and better than the controls?
pub(super) fn sentences(rows: &[CurveRow], margin: f64) -> Vec<String> {
    let rewound =
        distinct(rows, Curve::of).into_iter().filter(|curve| curve.retraining == "rewind");
    rewound.map(|ticket| sentence(rows, &ticket, margin)).collect()
}

fn sentence(rows: &[CurveRow], ticket: &Curve, margin: f64) -> String {
    let densities = ticket.densities(rows);
    let dense = dense(rows);
    let dense_mean =
        dense.mean().map_or_else(|| "no result".to_owned(), |mean| format!("{mean:.2} %"));
    let as_good = |&density: &f64| {
        let difference = ticket.at(rows, density).minus(&dense);
        // With one seed there is no interval; the mean alone must do, and the sentence says so.
        difference
            .interval()
            .map_or(difference.mean(), |interval| Some(interval.low))
            .is_some_and(|low| low >= -margin)
    };
    let passed: Vec<f64> = densities.iter().copied().take_while(as_good).collect();
    let values = match ticket.rewind_to {
        0 => "their initial values".to_owned(),
        moment => format!("their values at iteration {moment}"),
    };
    let claim = match passed.last() {
        Some(&sparsest) => format!(
            "retrained from {values}, survivors learn as well as the dense network ({dense_mean}, \
             margin {margin} points) down to density {}",
            percent(sparsest)
        ),
        None => format!(
            "at no density are survivors, retrained from {values}, shown to learn as well as the \
             dense network ({dense_mean}, margin {margin} points)"
        ),
    };
    let controls: Vec<String> =
        [("reinit", "fresh initial values"), ("random-mask", "a random mask of the same counts")]
            .into_iter()
            .filter_map(|(control, words)| against(rows, ticket, &densities, control, words))
            .collect();
    let controls =
        if controls.is_empty() { String::new() } else { format!("; {}", controls.join("; ")) };
    format!("{}, {}: {claim}{controls}. {}", ticket.ticket_name(), ticket.schedule, basis(&dense))
}

/// "they beat fresh initial values at density 5 %, 2 % (by 0.4 points at 2 %)".
fn against(
    rows: &[CurveRow],
    ticket: &Curve,
    densities: &[f64],
    control: &str,
    words: &str,
) -> Option<String> {
    let control = ticket.with_retraining(control);
    let differences: Vec<(f64, Sample)> = densities
        .iter()
        .map(|&density| (density, ticket.at(rows, density).minus(&control.at(rows, density))))
        .filter(|(_, difference)| difference.mean().is_some())
        .collect();
    let (sparsest, last) = differences.last()?;
    let ahead = differences.iter().filter(|(_, difference)| {
        difference
            .interval()
            .map_or(difference.mean(), |interval| Some(interval.low))
            .is_some_and(|low| low > 0.0)
    });
    let ahead: Vec<String> = ahead.map(|(density, _)| percent(*density)).collect();
    let gain = format!("{:+.2} points at density {}", last.mean()?, percent(*sparsest));
    Some(if ahead.is_empty() {
        format!("they are at no density shown to beat {words} (difference: {gain})")
    } else {
        format!("they beat {words} at {} (difference: {gain})", ahead.join(", "))
    })
}

fn basis(dense: &Sample) -> String {
    match dense.interval() {
        Some(_) => "(Paired over seeds, by Student's 95 % interval; no correction for the number of comparisons.)".to_owned(),
        None => "(One seed: no interval, so this is an observation and not a finding.)".to_owned(),
    }
}

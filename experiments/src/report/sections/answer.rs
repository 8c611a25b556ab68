//! What was asked, and the answers in short.

use super::super::folder::Results;
use super::super::model::{Block, Section};
use super::super::words::{listed, many, percent, with_ends};
use super::checklist::{Check, Mark};
use super::invariants;
use crate::curve::{self, Curve, dense, distinct};
use crate::records::{VerdictRow, method_label};

pub(super) fn section(results: &Results, checks: &[Check]) -> Section {
    let answers = [
        Some(dense_network(results)),
        Some(tickets(results)),
        Some(shipping(results)),
        potential(results),
        Some(invariants::sentence(results)),
        Some(boxes(checks)),
    ];
    let blocks =
        vec![Block::text(question(results)), Block::List(answers.into_iter().flatten().collect())];
    Section::new("answer", "Question and answers", blocks)
}

fn question(results: &Results) -> String {
    let first = &results.curves[0];
    let pruned: Vec<_> = results.pruned().cloned().collect();
    let names = |of: fn(&Curve) -> String| distinct(&pruned, |row| of(&Curve::of(row)));
    let mut densities = distinct(&pruned, |row| row.density_asked);
    densities.sort_by(|a, b| b.total_cmp(a));
    let range = match densities.as_slice() {
        [] => {
            return format!(
                "A dense {} was trained on {}; nothing was pruned.",
                first.network, first.dataset
            );
        }
        [one] => format!("density {}", curve::percent(*one)),
        [most, .., least] => format!(
            "{} densities from {} to {}",
            densities.len(),
            curve::percent(*most),
            curve::percent(*least)
        ),
    };
    format!(
        "How many of the connections of {} does {} need, and which? {} chose what stays, by {} pruning at {range} \
         of the prunable weights; what became of the survivors: {}. May such a network take the place of the dense \
         one, and do its survivors learn as well by themselves?",
        first.network,
        first.dataset,
        many(names(Curve::name).len(), "method"),
        listed(&names(|curve| curve.schedule.clone())),
        listed(&names(|curve| retraining(&curve.retraining))),
    )
}

/// What a retraining is called within a sentence.
fn retraining(name: &str) -> String {
    if name == "none" { "no retraining".to_owned() } else { name.to_owned() }
}

fn dense_network(results: &Results) -> String {
    let sample = dense(&results.curves);
    let interval = sample
        .interval()
        .map(|all| format!(", 95 % interval of the mean {:.2} to {:.2} %", all.low, all.high));
    match sample.mean() {
        Some(mean) => format!(
            "The dense network reaches {mean:.2} % test accuracy (mean over {}{}).",
            many(sample.seeds(), "seed"),
            interval.unwrap_or_default()
        ),
        None => "No dense network has a result.".to_owned(),
    }
}

/// `magnitude (one-shot) at 10 % and 5 %`, for the rows of a verdict.
fn places(rows: &[&VerdictRow]) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for row in rows {
        let name =
            format!("{} ({})", method_label(&row.method, &row.scope, &row.options), row.schedule);
        let density = curve::percent(row.density_asked);
        match groups.iter_mut().find(|(other, _)| *other == name) {
            Some((_, densities)) => densities.push(density),
            None => groups.push((name, vec![density])),
        }
    }
    let words: Vec<String> =
        groups.iter().map(|(name, densities)| format!("{name} at {}", listed(densities))).collect();
    words.join("; ")
}

fn tickets(results: &Results) -> String {
    let rows: Vec<&VerdictRow> = results
        .verdicts
        .iter()
        .filter(|row| row.question == "ticket" && row.against == "dense")
        .collect();
    if rows.is_empty() {
        return "Is there a winning ticket? No survivors were rewound beside a dense network with a result: this \
                experiment does not tell."
            .to_owned();
    }
    let of = |verdict: &str| -> Vec<&VerdictRow> {
        rows.iter().copied().filter(|row| row.verdict == verdict).collect()
    };
    let (winning, undecided) = (of("winning ticket"), of("undecided"));
    let asked = many(rows.len(), "network");
    let open = match undecided.len() {
        0 => String::new(),
        1 => format!(" One is undecided: {}.", places(&undecided)),
        open => format!(" {open} are undecided: {}.", places(&undecided)),
    };
    match winning.is_empty() {
        true => format!(
            "Is there a winning ticket? None is shown among {asked} that were rewound.{open}"
        ),
        false => format!(
            "Is there a winning ticket? {} of {asked} that were rewound: {}.{open}",
            winning.len(),
            places(&winning)
        ),
    }
}

fn shipping(results: &Results) -> String {
    let rows = || results.verdicts.iter().filter(|row| row.question == "ship");
    let shown = rows().filter(|row| row.verdict == "non-inferior");
    let sparsest = shown.clone().min_by(|a, b| a.density_asked.total_cmp(&b.density_asked));
    let asked = many(rows().count(), "network");
    match sparsest {
        None if rows().count() == 0 => {
            "May one be shipped? Nothing was left as it was pruned, or fine-tuned: this experiment does not tell."
                .to_owned()
        }
        None => format!(
            "May one be shipped? None of {asked} is shown to be less than {} points of test accuracy behind its \
             parent.",
            results.margin
        ),
        Some(row) => {
            let without = (!row.missing.is_empty()).then(|| format!(" (told without {})", row.missing));
            format!(
            "May one be shipped? {} of {asked}; the sparsest is {} ({}, {}) at density {}: {} points against its \
             parent, compression {:.1}, theoretical speed-up {:.1}{}.",
            shown.count(),
            method_label(&row.method, &row.scope, &row.options),
            row.schedule,
            retraining(&row.retraining),
            curve::percent(row.density_asked),
            with_ends(row.difference, row.low, row.high),
            row.compression,
            row.speed_up,
            without.unwrap_or_default()
        ) },
    }
}

/// The most that may go at a loss within the margin.
fn potential(results: &Results) -> Option<String> {
    let within = results.potentials.iter();
    let within = within.filter(|row| row.corruption.is_empty() && row.delta <= results.margin);
    // Of equal shares the one at the least loss, and of these the first.
    let best = within.reduce(|best, row| {
        let is_better = row.prune_ratio > best.prune_ratio
            || (row.prune_ratio == best.prune_ratio && row.delta < best.delta);
        if is_better { row } else { best }
    })?;
    let loss = match best.delta {
        0.0 => "no loss".to_owned(),
        delta => format!("a loss of at most {delta} points"),
    };
    (best.prune_ratio > 0.0).then(|| {
        format!(
            "How much may go? {} of the parameters at {}, the mean over {}: {} ({}, {}). No test: what was seen.",
            percent(best.prune_ratio, 1),
            loss,
            many(best.seeds, "seed"),
            method_label(&best.method, &best.scope, &best.options),
            best.schedule,
            retraining(&best.retraining)
        )
    })
}

fn boxes(checks: &[Check]) -> String {
    let count = |mark| checks.iter().filter(|check| check.mark == mark).count();
    format!(
        "Of {} boxes of the reporting checklist that apply, {} are ticked.",
        count(Mark::Ticked) + count(Mark::Open),
        count(Mark::Ticked)
    )
}

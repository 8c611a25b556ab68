//! Is it a winning ticket?

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use super::super::words::{brief, points, with_ends};
use crate::curve::percent;
use crate::records::{VerdictRow, method_label};

const RULE: &str = "Rewound survivors stand in pairs, seed by seed, beside the dense network, fresh initial values \
    (reinit) and a mask shuffled in each layer (random-mask), with Student's 95 % interval for each mean difference. \
    The first line that holds is the verdict.";

/// Verdicts, and what rewound survivors are.
const VERDICTS: [(&str, &str); 5] = [
    ("no ticket", "worse than the dense network by more than the margin"),
    (
        "winning ticket",
        "no worse than the dense network by the margin, and better than both controls",
    ),
    (
        "only the ratios mattered",
        "not shown to be better than the shuffled mask, and better by less than the margin if at all",
    ),
    ("the initial values did not matter", "the same beside fresh initial values"),
    ("undecided", "none of these"),
];

/// What rewound survivors are set beside, in this order.
const OTHERS: [&str; 3] = ["dense", "reinit", "random-mask"];

pub(super) fn section(results: &Results) -> Option<Section> {
    let rows: Vec<&VerdictRow> =
        results.verdicts.iter().filter(|row| row.question == "ticket").collect();
    // The comparisons of one network stand together.
    let is_same = |a: &&VerdictRow, b: &&VerdictRow| {
        let key = |row: &VerdictRow| {
            let names = [&row.schedule, &row.method, &row.scope, &row.options];
            (names.map(String::clone), row.rewind_to)
        };
        key(a) == key(b) && a.density_asked == b.density_asked
    };
    let networks = rows.chunk_by(is_same).map(line);
    let heads = ["method", "schedule", "density", "verdict", "seeds"].map(str::to_owned);
    let beside = OTHERS.iter().flat_map(|other| {
        [format!("ahead of {other}"), format!("d ({other})"), format!("p ({other})")]
    });
    let columns = heads.into_iter().chain(beside).chain(["what would decide it".to_owned()]);
    let table = Table::new("Rewound survivors", columns, networks).with_note(
        "ahead of: points of test accuracy, the mean over seeds with Student's 95 % interval. d: Cohen's effect size of \
         the pairs. p: one-sided; of the dense network that it is behind by the margin or more, of a control that it is \
         not ahead.",
    );
    let verdicts = VERDICTS.map(|(name, is)| (name.to_owned(), is.to_owned()));
    let blocks = vec![
        Block::text(format!("{RULE} The margin is {} points.", results.margin)),
        Block::Facts(verdicts.to_vec()),
        Block::Table(table.without_empty_columns()),
    ];
    (!rows.is_empty()).then(|| Section::new("tickets", "Is it a winning ticket?", blocks))
}

fn line(rows: &[&VerdictRow]) -> Vec<Cell> {
    let first = rows[0];
    let against = |other: &str| rows.iter().find(|row| row.against == other);
    let beside = OTHERS.iter().flat_map(|other| {
        let row = against(other);
        let ahead = Cell::maybe(row.and_then(|row| row.difference), |mean| {
            with_ends(Some(mean), row.and_then(|row| row.low), row.and_then(|row| row.high))
        });
        let effect = Cell::maybe(row.and_then(|row| row.effect_size), points);
        [ahead, effect, Cell::maybe(row.and_then(|row| row.p), brief)]
    });
    let seeds = rows.iter().map(|row| row.seeds).min().unwrap_or_default();
    let head = [
        Cell::text(ticket_name(first)),
        Cell::text(first.schedule.clone()),
        Cell::number(first.density_asked, percent(first.density_asked)),
        Cell::text(first.verdict.clone()),
        Cell::number(seeds as f64, seeds.to_string()),
    ];
    head.into_iter().chain(beside).chain([Cell::text(remark(first))]).collect()
}

/// The method, and the iteration that its survivors go back to where that is not the first.
pub(super) fn ticket_name(row: &VerdictRow) -> String {
    let method = method_label(&row.method, &row.scope, &row.options);
    match row.rewind_to {
        0 => method,
        moment => format!("{method}, rewound to {moment}"),
    }
}

/// What would decide it, and what it had to do without.
pub(super) fn remark(row: &VerdictRow) -> String {
    let seeds = (row.verdict == "undecided").then(|| match row.more_seeds {
        Some(1) => "1 more seed".to_owned(),
        Some(more) => format!("{more} more seeds"),
        None => "seeds alone would not do".to_owned(),
    });
    let without = (!row.missing.is_empty()).then(|| format!("without {}", row.missing));
    seeds.into_iter().chain(without).collect::<Vec<_>>().join("; ")
}

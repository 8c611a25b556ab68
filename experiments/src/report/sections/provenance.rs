//! Where the numbers come from: seeds, hardware, versions.

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use super::super::words::{listed, many, time};
use crate::curve::retraining_name;
use crate::records::{RunRow, files};

const REPLAY: &str = "Every draw follows from the seed of its network and its purpose: the seed of a purpose is the \
    first 8 bytes, read as a little-endian number, of SHA-256 of the text seed/purpose/index. experiments replay \
    RUN_ID --results DIR does one run again and compares its rows bit for bit; another kind of processor may round \
    differently. Everything on this page can be drawn again from the tables in its folder: experiments report DIR.";

pub(super) fn section(results: &Results) -> Section {
    let mut blocks = vec![Block::text(REPLAY)];
    blocks.push(match results.runs.is_empty() {
        true => Block::text(format!(
            "There is no {} in this folder: seeds and hardware are not known.",
            files::RUNS
        )),
        false => Block::Facts(facts(&results.runs)),
    });
    if !results.runs.is_empty() {
        blocks.push(Block::Table(networks(&results.runs)));
        blocks.push(Block::Table(runs(&results.runs)));
    }
    Section::new("provenance", "Seeds, hardware, versions", blocks)
}

fn facts(runs: &[RunRow]) -> Vec<(String, String)> {
    let each = |value: fn(&RunRow) -> String| {
        let mut values: Vec<String> =
            runs.iter().map(value).filter(|text| !text.is_empty()).collect();
        values.sort();
        values.dedup();
        if values.is_empty() { "not recorded".to_owned() } else { listed(&values) }
    };
    let seconds: f64 = runs.iter().map(|row| row.seconds).sum();
    let facts = [
        ("Processor", each(|row| row.cpu.clone())),
        ("Backend", each(|row| row.backend.clone())),
        ("Version of the program", each(|row| row.version.clone())),
        (
            "Runs",
            format!("{}, {} of one thread each, summed", many(runs.len(), "run"), time(seconds)),
        ),
        ("Seed of the validation split", each(|row| row.split_seed.to_string())),
    ];
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What the runs of one network's seed share.
fn networks(runs: &[RunRow]) -> Table {
    let dense = runs.iter().filter(|row| row.method == "dense");
    let line = |row: &RunRow| {
        vec![
            Cell::number(row.seed as f64, row.seed.to_string()),
            Cell::text(row.init_seed.to_string()),
            Cell::text(row.order_seed.to_string()),
            seed(row.augmentation_seed),
            Cell::text(row.points_seed.to_string()),
            Cell::number(row.seconds, time(row.seconds)),
        ]
    };
    let columns = ["seed", "initial values", "order of batches", "augmentation", "points", "time"];
    Table::new("The networks and their seeds", columns, dense.map(line)).without_empty_columns()
}

/// Every run with the seeds of its own.
fn runs(runs: &[RunRow]) -> Table {
    let repeats = runs.iter().any(|row| row.repeat > 1);
    let line = |row: &RunRow| {
        vec![
            Cell::text(row.run.clone()),
            Cell::text(crate::records::method_label(&row.method, &row.scope, &row.options)),
            Cell::text(row.schedule.clone()),
            Cell::text(retraining_name(&row.retraining, row.rewind_to)),
            Cell::number(row.seed as f64, row.seed.to_string()),
            Cell::maybe(repeats.then_some(row.repeat as f64), |repeat| repeat.to_string()),
            Cell::text(row.order_seed.to_string()),
            Cell::text(row.prune_seed.to_string()),
            seed(row.held_out_seed),
            seed(row.draw_seed),
            seed(row.same_as_seed),
            seed(row.mask_control_seed),
            seed(row.random_mask_seed),
            seed(row.reinit_seed),
            seed(row.signs_seed),
            seed(row.second_order_seed),
            Cell::text(row.status.clone()),
            Cell::number(row.seconds, time(row.seconds)),
        ]
    };
    let columns = [
        "run",
        "method",
        "schedule",
        "retraining",
        "seed",
        "repeat",
        "order",
        "pruning",
        "held-out points",
        "draws",
        "same-as",
        "mask control",
        "random mask",
        "reinit",
        "signs",
        "order of the second copy",
        "status",
        "time",
    ];
    Table::new("Every run and its seeds", columns, runs.iter().map(line))
        .without_empty_columns()
        .folded()
}

fn seed(seed: Option<u64>) -> Cell {
    Cell::text(seed.map_or_else(String::new, |seed| seed.to_string()))
}

//! What was done: network, data, recipe, methods, densities.

use pruning::methods;

use super::super::folder::Results;
use super::super::model::{Block, Cell, Section, Table};
use super::super::words::{count, listed};
use crate::config::Retraining;
use crate::curve::{Curve, distinct, percent};
use crate::records::CurveRow;

const DEFINITIONS: &str = "Density is the share of prunable weights (those of linear and convolutional layers) that \
    stay; effective density counts only those on a path from the image to the output. Compression is all parameters \
    over those that stay, biases included. Theoretical speed-up is the multiply-adds per image of the dense network \
    over those left when arithmetic with pruned weights is skipped. Accuracies are in percent of the test images; \
    differences between them are in points.";

pub(super) fn section(results: &Results) -> Section {
    let mut blocks = vec![Block::Facts(facts(results)), Block::text(DEFINITIONS)];
    blocks.extend(methods_table(results).map(Block::Table));
    blocks.extend(retrainings_table(results).map(Block::Table));
    blocks.push(match results.settings.is_empty() {
        true => Block::text("There is no config.toml in this folder: the recipe is not known."),
        false => Block::Table(settings_table(results)),
    });
    Section::new("setup", "Set-up", blocks)
}

fn facts(results: &Results) -> Vec<(String, String)> {
    let first = &results.curves[0];
    let pruned: Vec<CurveRow> = results.pruned().cloned().collect();
    let settings = &results.settings;
    let setting = |key: &str| settings.text(key);
    let weights = count(first.total_weights as f64);
    let images = results.curves.iter().find_map(|row| row.test_images);
    let percents = |densities: Vec<f64>| {
        let words: Vec<String> = densities.into_iter().map(percent).collect();
        listed(&words)
    };
    let seeds: Vec<String> =
        distinct(&results.curves, |row| row.seed).iter().map(ToString::to_string).collect();
    let points = distinct(&pruned, |row| row.points).into_iter().max().filter(|&most| most > 0);
    let facts = [
        ("Network", Some(network(results, &weights))),
        ("Initial values", setting("network.init")),
        ("Data", Some(data(results, images))),
        ("Training of the dense network", recipe(results, "train")),
        ("Training of survivors", recipe(results, "retrain")),
        ("Rewound to", setting("prune.rewind_to").filter(|_| has_rewound(&pruned))),
        ("Schedules", Some(listed(&distinct(&pruned, |row| row.schedule.clone())))),
        ("Densities asked for", Some(percents(distinct(&pruned, |row| row.density_asked)))),
        ("Points for sensitivities", points.map(|points| count(points as f64))),
        ("Seeds", Some(listed(&seeds))),
        ("Margin", Some(format!("{} points of test accuracy count as equally good", results.margin))),
        (
            "Model selection",
            Some(
                "the network at the end of training; the test set is read when a training is over and decides \
                 nothing. Accuracy at early stop is that of the least validation loss"
                    .to_owned(),
            ),
        ),
    ];
    let filled = facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    filled.filter(|(_, value)| !value.is_empty()).collect()
}

fn has_rewound(rows: &[CurveRow]) -> bool {
    let is_rewound =
        |name: &str| Retraining::ALL.iter().any(|each| each.as_str() == name && each.is_rewound());
    rows.iter().any(|row| is_rewound(&row.retraining))
}

fn network(results: &Results, weights: &str) -> String {
    let first = &results.curves[0];
    let multiply_adds = results.dense().next().map(|row| row.multiply_adds as f64);
    let counted = multiply_adds.map(|all| format!(", {} multiply-adds per image", count(all)));
    // All parameters follow from a pruned row: what stays of them over its share of them.
    let parameters = results.pruned().find(|row| row.parameter_ratio < 1.0).map(|row| {
        let gone = (row.total_weights - row.kept_weights) as f64;
        format!("{} parameters, ", count((gone / (1.0 - row.parameter_ratio)).round()))
    });
    format!(
        "{}: {}{weights} prunable weights{}",
        first.network,
        parameters.unwrap_or_default(),
        counted.unwrap_or_default()
    )
}

fn data(results: &Results, images: Option<usize>) -> String {
    let held_out = results.settings.text("dataset.validation").map(|held_out| {
        match held_out.parse::<usize>() {
            Ok(images) => {
                format!(", {} training images held out for validation", count(images as f64))
            }
            Err(_) => {
                format!(", a share of {held_out} of the training images held out for validation")
            }
        }
    });
    let images = images.map(|images| format!(", {} test images", count(images as f64)));
    let flags = ["pad", "flip", "resized_crop"].map(|name| {
        let value = results.settings.text(&format!("dataset.augment.{name}"))?;
        (value != "0" && value != "false").then(|| format!("{name} = {value}"))
    });
    let flags: Vec<String> = flags.into_iter().flatten().collect();
    let augmented = match flags.is_empty() {
        _ if results.settings.is_empty() => String::new(),
        true => ", not augmented".to_owned(),
        false => format!(", augmented ({})", flags.join(", ")),
    };
    format!(
        "{}{}{}{augmented}; pixels less the training images' mean, over their standard deviation",
        results.curves[0].dataset,
        held_out.unwrap_or_default(),
        images.unwrap_or_default()
    )
}

/// The recipe of the dense network, or what is different about that of the survivors.
fn recipe(results: &Results, section: &str) -> Option<String> {
    let setting = |key: &str| results.settings.text(&format!("{section}.{key}"));
    let named = |key: &str, name: &str| {
        setting(key).filter(|value| value != "0.0").map(|value| format!("{name} {value}"))
    };
    if section == "retrain" {
        let own = [setting("length"), named("learning_rate", "learning rate")];
        let own: Vec<String> = own.into_iter().flatten().collect();
        let trained = results.pruned().any(|row| row.iterations > 0);
        return trained.then(|| match own.is_empty() {
            true => "the same, from its beginning; rewound ones from where they are rewound to"
                .to_owned(),
            false => format!("{}; the rest as the dense network", own.join(", ")),
        });
    }
    let parts = [
        setting("length"),
        named("batch_size", "batches of"),
        setting("optimizer"),
        named("learning_rate", "learning rate"),
        named("schedule", "schedule"),
        named("warm_up", "warm-up"),
        named("momentum", "momentum"),
        named("weight_decay", "weight decay"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn methods_table(results: &Results) -> Option<Table> {
    let pruned: Vec<CurveRow> = results.pruned().cloned().collect();
    let names = distinct(&pruned, |row| (Curve::of(row).name(), row.method.clone()));
    let row = |(name, method): &(String, String)| {
        let entry = methods::entry(method).ok();
        vec![
            Cell::text(name.clone()),
            Cell::text(entry.map_or("", |entry| entry.summary)),
            Cell::text(entry.map_or("", |entry| entry.source)),
        ]
    };
    (!names.is_empty()).then(|| {
        Table::new("Methods", ["method", "how it chooses", "source"], names.iter().map(row))
    })
}

fn retrainings_table(results: &Results) -> Option<Table> {
    let pruned: Vec<CurveRow> = results.pruned().cloned().collect();
    let names = distinct(&pruned, |row| row.retraining.clone());
    let row = |name: &String| {
        let known = Retraining::ALL.iter().find(|each| each.as_str() == name);
        vec![Cell::text(name.clone()), Cell::text(known.map_or("", |each| each.summary()))]
    };
    (!names.is_empty()).then(|| {
        let columns = ["retraining", "what becomes of the survivors"];
        Table::new("Retrainings", columns, names.iter().map(row))
    })
}

fn settings_table(results: &Results) -> Table {
    let row = |(key, value): (&str, String)| vec![Cell::text(key), Cell::text(value)];
    Table::new("All settings (config.toml)", ["key", "value"], results.settings.all().map(row))
        .folded()
}

//! The whole way, as a user goes it: run, repeat, spread over cores, redraw.

mod common;

use common::{Lab, TINY, assert_same_tables, timeless};

/// Plan of TINY: 2 parents; for each of 2 schedules and 2 seeds: sipp with 6 retrainings and
/// sipp-hybrid with 3 and magnitude with 2.
const RUNS: usize = 2 + 2 * 2 * (6 + 3 + 2);

#[test]
fn one_run_writes_everything_and_the_next_does_nothing() {
    let lab = Lab::new(TINY);
    let out = lab.succeed(&["--jobs", "2", "--results", "r"]);
    let results = lab.path("r");
    let told = |schedule: &str| out.contains(&format!("sipp, rewound to 10, {schedule}:"));
    assert!(told("one-shot") && told("iterative"), "{out}");
    assert!(out.contains("on digits"), "{out}");
    assert_eq!(timeless(&results.join("runs.csv")).len(), 1 + RUNS);
    assert_eq!(timeless(&results.join("curves.csv")).len(), 1 + 2 + 2 * (RUNS - 2));
    for file in ["config.toml", "layers.csv", "history.csv", "summary.txt", "log.txt"] {
        assert!(results.join(file).metadata().unwrap().len() > 0, "{file}");
    }
    let plots: Vec<_> = std::fs::read_dir(results.join("plots"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let with = |extension: &str| {
        plots.iter().filter(|path| path.extension().unwrap() == extension).count()
    };
    assert!(with("svg") >= 6 && with("svg") == with("png"), "{plots:?}");
    for schedule in ["one-shot", "iterative"] {
        assert!(plots.contains(&results.join(format!("plots/certificate-{schedule}.svg"))));
    }

    let before = std::fs::read(results.join("curves.csv")).unwrap();
    let again = lab.succeed(&["--jobs", "2", "--results", "r"]);
    assert!(again.contains(&format!("{RUNS} runs, {RUNS} of them finished before")), "{again}");
    assert_eq!(std::fs::read(results.join("curves.csv")).unwrap(), before);

    // The pictures and the summary come from the rows alone.
    let picture = plots.iter().find(|path| path.extension().unwrap() == "svg").unwrap();
    let drawn = std::fs::read(picture).unwrap();
    std::fs::remove_dir_all(results.join("plots")).unwrap();
    let redrawn = lab.command(&["plot", "r"]).output().unwrap();
    assert!(redrawn.status.success());
    assert_eq!(std::fs::read(picture).unwrap(), drawn);
}

#[test]
fn the_bits_do_not_depend_on_the_number_of_jobs() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--jobs", "1", "--results", "one"]);
    lab.succeed(&["--jobs", "3", "--results", "three"]);
    assert_same_tables(&lab.path("one"), &lab.path("three"));
}

#[test]
fn budgets_are_met_and_masks_of_controls_have_the_tickets_counts() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "r", "--set", "seeds=[1]"]);
    let mut curves = csv::Reader::from_path(lab.path("r/curves.csv")).unwrap();
    for row in curves.deserialize::<experiments::records::CurveRow>() {
        let row = row.unwrap();
        assert_eq!(row.status, "ok");
        let asked = (row.density_asked * row.total_weights as f64).round() as usize;
        let tolerance = if row.method == "sipp-hybrid" { (asked / 200).max(1) } else { 0 };
        assert!(row.kept_weights.abs_diff(asked) <= tolerance, "{row:?}");
        assert_eq!(row.points, if row.method.starts_with("sipp") { 16 } else { 0 });
        assert_eq!(row.test_accuracy_before == row.test_accuracy, row.retraining == "none");
        let late = ["rewind", "random-mask"].contains(&row.retraining.as_str());
        let expected = if row.retraining == "none" { 0 } else { 60 - if late { 10 } else { 0 } };
        assert_eq!(row.iterations, expected, "{}", row.retraining);
    }
    let mut layers = csv::Reader::from_path(lab.path("r/layers.csv")).unwrap();
    let rows: Vec<experiments::records::LayerRow> =
        layers.deserialize().map(Result::unwrap).collect();
    let counts = |schedule: &str, retraining: &str| -> Vec<usize> {
        let here = rows.iter().filter(|row| {
            row.method == "sipp" && row.schedule == schedule && row.retraining == retraining
        });
        here.map(|row| row.kept_weights).collect()
    };
    for schedule in ["one-shot", "iterative"] {
        let ticket = counts(schedule, "rewind");
        assert_eq!(ticket.len(), 4);
        assert_eq!(counts(schedule, "reinit"), ticket, "{schedule}");
        assert_eq!(counts(schedule, "random-mask"), ticket, "{schedule}");
    }
}

/// Networks that were pruned and not yet retrained have a certificate, whatever the method; rewound
/// ones have nothing to compare with.
#[test]
fn every_pruned_network_has_a_certificate() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "r", "--set", "seeds=[1]"]);
    let rows: Vec<experiments::records::CurveRow> = read(&lab, "curves.csv");
    let mut certified = Vec::new();
    for row in rows {
        let expected = ["none", "fine-tune", "prune-at-init"].contains(&row.retraining.as_str());
        assert_eq!(row.logit_bound_median.is_some(), expected, "{row:?}");
        if expected {
            assert!(row.logit_change_worst <= row.logit_bound_worst, "{row:?}");
            assert!(row.error_observed_worst.unwrap() <= row.error_bound_worst.unwrap() + 1e-3);
            let (certified, changed) = (row.certified_share.unwrap(), row.changed_share.unwrap());
            assert!((0.0..=1.0).contains(&(certified + changed)), "{row:?}");
        }
        certified.extend(expected.then_some(row.run));
    }
    certified.dedup();
    let table: Vec<experiments::records::CertificateRow> = read(&lab, "certificates.csv");
    for run in &certified {
        let sides: Vec<experiments::records::SideRow> =
            read(&lab, &format!("certificates/{run}.csv"));
        for row in table.iter().filter(|row| row.run == *run) {
            let here = sides.iter().filter(|side| side.density_asked == row.density_asked);
            let count = match row.layer.as_str() {
                "network" => here.count(),
                layer => here.filter(|side| side.layer == layer).count(),
            };
            assert_eq!(row.sides, count, "{row:?}");
            assert!(row.points == 16 && row.held_out == 16, "{row:?}");
        }
    }
    let off = ["--results", "off", "--set", "certificate.enabled=false", "--set", "seeds=[1]"];
    lab.succeed(&off);
    let rows = common::timeless(&lab.path("off/curves.csv"));
    let column = rows[0].iter().position(|name| name == "certified_share").unwrap();
    assert!(rows[1..].iter().all(|row| row[column].is_empty()));
}

fn read<T: serde::de::DeserializeOwned>(lab: &Lab, file: &str) -> Vec<T> {
    let reader = csv::Reader::from_path(lab.path("r").join(file));
    reader.unwrap().deserialize().map(Result::unwrap).collect()
}

#[test]
fn fresh_starts_anew_and_leaves_other_files_alone() {
    let lab = Lab::new(TINY);
    let small = ["--results", "r", "--set", "seeds=[1]", "--set", "prune.retraining=[\"none\"]"];
    lab.succeed(&small);
    std::fs::write(lab.path("r/notes.md"), "mine").unwrap();
    let out = lab.succeed(&[&small[..], &["--fresh"]].concat());
    assert!(out.contains("0 of them finished before"), "{out}");
    assert_eq!(std::fs::read_to_string(lab.path("r/notes.md")).unwrap(), "mine");
}

#[test]
fn a_dry_run_tells_the_cost_and_writes_nothing() {
    let lab = Lab::new(TINY);
    let out = lab.succeed(&["--dry-run", "--results", "r"]);
    assert!(out.contains(&format!("{RUNS} (2 dense, {} pruned)", RUNS - 2)), "{out}");
    assert!(out.contains("iterations of batch 64") && out.contains("about"), "{out}");
    assert!(!lab.path("r").exists());
}

#[test]
fn every_backend_and_topic_is_listed() {
    let lab = Lab::new(TINY);
    let output = lab.command(&["list"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for name in
        ["sipp", "magnitude", "random", "lenet-5-caffe", "fashion-mnist", "prune-at-init", "cuda"]
    {
        assert!(text.contains(name), "{name} in {text}");
    }
    // Every criterion has a line with its source.
    let output = lab.command(&["list", "criteria"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for entry in pruning::methods::ENTRIES {
        let line = text.lines().find(|line| line.split_whitespace().next() == Some(entry.name));
        assert!(line.unwrap().ends_with(&format!("({})", entry.source)), "{}", entry.name);
    }
    let output = lab.command(&["list", "networks"]).output().unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("sipp:"));
}

//! Verdicts as a user gets them: with the results, again from the rows, and from folders of earlier versions.

mod common;

use common::{Lab, TINY, stderr};
use experiments::records::{PotentialRow, VerdictRow, read_table};

fn verdicts(lab: &Lab, folder: &str) -> Vec<VerdictRow> {
    read_table(&lab.path(folder).join("verdicts.csv")).unwrap()
}

#[test]
fn verdicts_come_with_the_results_and_again_from_the_rows_alone() {
    let lab = Lab::new(TINY);
    let out = lab.succeed(&["--results", "r"]);
    let text = std::fs::read_to_string(lab.path("r/summary.txt")).unwrap();
    for question in ["Is it a winning ticket?", "May it be shipped?", "How much may go?"] {
        assert!(out.contains(question) && text.contains(question), "{out}");
    }
    let rows = verdicts(&lab, "r");
    // sipp and sipp-hybrid are rewound, under two schedules, at two densities; sipp beside both controls.
    let tickets = rows.iter().filter(|row| row.question == "ticket");
    assert_eq!(tickets.clone().count(), 2 * 2 * (3 + 2));
    assert!(tickets.clone().all(|row| row.seeds == 2 && row.margin == 0.5 && row.p.is_some()));
    let without = tickets.filter(|row| row.missing == "reinit").count();
    assert_eq!(without, 2 * 2 * 2, "sipp-hybrid was not redrawn");
    let ships: Vec<_> = rows.iter().filter(|row| row.question == "ship").collect();
    assert_eq!(ships.len(), 2 * 2 * (2 + 1 + 2));
    for ship in &ships {
        assert!(ship.p_holm >= ship.p && ship.images_low.is_some() && ship.churn.is_some());
        assert!(ship.low <= ship.difference && ship.images_low <= ship.difference, "{ship:?}");
        assert_eq!(ship.missing, if ship.missing.is_empty() { "" } else { "enough test images" });
    }
    let potentials: Vec<PotentialRow> = read_table(&lab.path("r/potentials.csv")).unwrap();
    assert!(potentials.iter().all(|row| row.seeds == 2 && (0.0..1.0).contains(&row.prune_ratio)));

    let before = std::fs::read(lab.path("r/verdicts.csv")).unwrap();
    std::fs::create_dir(lab.path("alone")).unwrap();
    std::fs::copy(lab.path("r/curves.csv"), lab.path("alone/curves.csv")).unwrap();
    let again = lab.command(&["verdict", "alone"]).output().unwrap();
    assert!(again.status.success(), "{}", stderr(&again));
    assert!(text.ends_with(&String::from_utf8_lossy(&again.stdout).into_owned()));
    assert_eq!(std::fs::read(lab.path("alone/verdicts.csv")).unwrap(), before);
}

#[test]
fn a_margin_changes_verdicts_and_no_run() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "r", "--set", "seeds=[1]"]);
    let out = lab.succeed(&["--results", "r", "--set", "seeds=[1]", "--set", "verdict.margin=2"]);
    let runs = read_table::<experiments::records::RunRow>(&lab.path("r/runs.csv")).unwrap().len();
    assert!(out.contains(&format!("{runs} runs, {runs} of them finished before")), "{out}");
    assert!(verdicts(&lab, "r").iter().all(|row| row.margin == 2.0));
    // The folder remembers it, and the command line goes before it.
    for (arguments, margin) in [(vec![], 2.0), (vec!["--margin", "0.25"], 0.25)] {
        let all: Vec<&str> = ["verdict", "r"].into_iter().chain(arguments).collect();
        assert!(lab.command(&all).output().unwrap().status.success());
        assert!(verdicts(&lab, "r").iter().all(|row| row.margin == margin));
    }
    // One seed tells nothing of others.
    let rows = verdicts(&lab, "r");
    let tickets = || rows.iter().filter(|row| row.question == "ticket");
    assert!(tickets().count() > 0 && tickets().all(|row| row.verdict == "undecided"));
    assert!(rows.iter().any(|row| row.missing.contains("a second seed")));
}

#[test]
fn rows_of_an_earlier_version_give_what_they_can() {
    let lab = Lab::new(TINY);
    let results = concat!(env!("CARGO_MANIFEST_DIR"), "/../results/lenet-300-100/curves.csv");
    let rows = std::fs::read_to_string(results).unwrap();
    std::fs::create_dir(lab.path("old")).unwrap();
    // As they were written before rows counted images.
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let header = reader.headers().unwrap().clone();
    let new = ["test_images", "churn", "newly_wrong", "newly_right", "mcnemar_p", "test_ece"];
    let kept: Vec<usize> = (0..header.len()).filter(|&k| !new.contains(&&header[k])).collect();
    let mut writer = csv::Writer::from_path(lab.path("old/curves.csv")).unwrap();
    for record in std::iter::once(header).chain(reader.records().map(Result::unwrap)) {
        writer.write_record(kept.iter().map(|&k| &record[k])).unwrap();
    }
    writer.flush().unwrap();
    let output = lab.command(&["verdict", "old"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("without counts of images"), "{text}");
    let found = verdicts(&lab, "old");
    let at = |density: f64| {
        found.iter().find(|row| {
            (row.question.as_str(), row.method.as_str()) == ("ticket", "magnitude")
                && row.density_asked == density
        })
    };
    assert_eq!(at(0.05).unwrap().verdict, "winning ticket");
    assert_eq!(at(0.01).unwrap().verdict, "no ticket");
}

#[test]
fn what_cannot_be_judged_is_told() {
    let lab = Lab::new(TINY);
    for (arguments, expected) in [
        (vec!["verdict", "nowhere"], "curves.csv: no rows"),
        (vec!["verdict", ".", "--margin=-1"], "--margin -1; expected points"),
        (vec!["config.toml", "--set", "verdict.margin=-1"], "verdict.margin: -1; expected points"),
        (vec!["config.toml", "--set", "verdict.margins=1"], "margin"),
    ] {
        let output = lab.command(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

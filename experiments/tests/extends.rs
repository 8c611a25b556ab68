//! Configuration files that extend others.

mod common;

use std::fs;

use common::{Lab, TINY, assert_same_tables, stderr};

/// A lab whose `config.toml` extends `recipes/base.toml`, which is the small experiment.
fn lab(own: &str) -> Lab {
    let lab = Lab::new(&format!("extends = \"recipes/base.toml\"\n{own}"));
    fs::create_dir(lab.path("recipes")).unwrap();
    fs::write(lab.path("recipes/base.toml"), TINY).unwrap();
    lab
}

fn message(lab: &Lab, arguments: &[&str]) -> String {
    let output = lab.run(arguments);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

#[test]
fn the_same_runs_as_written_in_one_file() {
    let short = "seeds = [1]\n[prune]\nmethods = [\"magnitude\"]\nretraining = [\"none\"]\n";
    let lab = lab(short);
    // A chain of three, the middle one with keys of its own.
    fs::write(lab.path("middle.toml"), "extends = \"config.toml\"\n[train]\nbatch_size = 32\n")
        .unwrap();
    fs::write(lab.path("last.toml"), "name = \"last\"\nextends = \"./middle.toml\"\n").unwrap();
    let whole = TINY
        .replace("seeds = [1, 2]", "seeds = [1]")
        .replace("[train]", "[train]\nbatch_size = 32")
        .replace("name = \"tiny\"", "name = \"last\"");
    let (start, prune) = whole.split_once("[prune]").unwrap();
    let prune: String = prune
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some(("methods", _)) => "methods = [\"magnitude\"]\n".to_owned(),
            Some(("retraining", _)) => "retraining = [\"none\"]\n".to_owned(),
            _ => format!("{line}\n"),
        })
        .collect();
    fs::write(lab.path("whole.toml"), format!("{start}[prune]{prune}")).unwrap();
    for name in ["last", "whole"] {
        let file = format!("{name}.toml");
        // One configuration that certifies, so that every table has rows.
        let output = lab.command(&[&file, "--results", name]).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert_same_tables(&lab.path("last"), &lab.path("whole"));
    let config = |name: &str| fs::read_to_string(lab.path(name).join("config.toml")).unwrap();
    assert_eq!(config("last"), config("whole"));
    assert!(!config("last").contains("extends"));
    // What was written is a configuration of its own, and the same one.
    fs::copy(lab.path("last/config.toml"), lab.path("resolved.toml")).unwrap();
    let output = lab.command(&["resolved.toml", "--results", "last"]).output().unwrap();
    assert!(stderr(&output).contains("3 runs, 3 of them finished before"), "{}", stderr(&output));
}

#[test]
fn files_that_lead_nowhere_or_in_a_circle_are_named() {
    let lab = Lab::new("extends = \"recipes/none.toml\"\n");
    let text = message(&lab, &[]);
    for words in ["config.toml:1: extends: ", "recipes/none.toml", "relative to this one"] {
        assert!(text.contains(words), "{words}: {text}");
    }

    let lab = self::lab("");
    let base = lab.path("recipes/base.toml");
    fs::write(&base, format!("# round and round\nextends = \"../config.toml\"\n{TINY}")).unwrap();
    let text = message(&lab, &[]);
    for words in ["recipes/base.toml:2: extends: ", "is config.toml, which leads back here"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    fs::write(&base, "extends = 3\n").unwrap();
    assert!(message(&lab, &[]).contains("base.toml:1: extends: 3; expected the path"));
}

#[test]
fn mistakes_are_told_of_the_file_that_they_stand_in() {
    // (the own file, what is replaced in the base, words of the message)
    let cases = [
        (
            "[prune]\nmetods = []\n",
            ("", ""),
            &["config.toml:3: `metods = []`", "did you mean \"methods\""][..],
        ),
        ("", ("densities", "densites"), &["recipes/base.toml:25: ", "did you mean \"densities\"?"]),
        (
            "",
            ("learning_rate = 0.1", "learning_rate = -1.0"),
            &["base.toml:15: train.learning_rate: -1"],
        ),
        ("[train]\nlearning_rate = -2.0\n", ("", ""), &["config.toml:3: train.learning_rate: -2"]),
        ("", ("momentum = 0.9", "momentum = \"much\""), &["recipes/base.toml:16: ", "much"]),
        ("", ("validation = 0.2", "validation = "), &["recipes/base.toml:7: "]),
        ("[prune]\npoints = [\n", ("", ""), &["config.toml:"]),
        ("[prune.points]\nx = 1\n", ("", ""), &["config.toml:2: "]),
    ];
    for (own, (from, to), words) in cases {
        let lab = lab(own);
        if !from.is_empty() {
            fs::write(lab.path("recipes/base.toml"), TINY.replace(from, to)).unwrap();
        }
        let text = message(&lab, &["--results", "r"]);
        assert!(words.iter().all(|word| text.contains(word)), "{words:?}: {text}");
    }
    // What the command line sets stands in no file.
    let text = message(&lab(""), &["--set", "train.learning_rate=-3.0"]);
    assert!(text.contains("with --set train.learning_rate=-3.0: train.learning_rate"), "{text}");
    let text = message(&lab(""), &["--set", "train.momentum=much"]);
    assert!(text.contains("with --set train.momentum=much: "), "{text}");
}

#[test]
fn everything_wrong_in_all_files_is_told_at_once() {
    let lab = lab("[prune]\ndelta = 2.0\n[dataset]\nvalidation = 7.5\n");
    fs::write(
        lab.path("recipes/base.toml"),
        TINY.replace("seeds = [1, 2]", "seeds = []").replace("points = 16", "points = 0"),
    )
    .unwrap();
    let text = message(&lab, &[]);
    for words in [
        "config.toml:3: prune.delta",
        "config.toml:5: dataset.validation",
        "recipes/base.toml:3: seeds",
        "recipes/base.toml:28: prune.points",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

//! The report as a user gets it: at the end of a run, again from the tables alone, and of folders of earlier
//! versions.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{Lab, TINY, stderr};
use experiments::records::{CostRow, CurveRow, read_table};

fn read(lab: &Lab, name: &str) -> String {
    fs::read_to_string(lab.path(name)).unwrap()
}

/// The lines of a Markdown table after its caption, as cells.
fn table(text: &str, caption: &str) -> Vec<Vec<String>> {
    let (_, rest) = text.split_once(caption).unwrap_or_else(|| panic!("a table \"{caption}\""));
    let lines = rest.lines().skip_while(|line| !line.starts_with('|'));
    let cells = |line: &str| {
        let inner = line.trim_matches('|');
        inner.split(" | ").map(|cell| cell.trim().replace('\\', "")).collect()
    };
    lines.take_while(|line| line.starts_with('|')).map(cells).collect()
}

/// Mean test accuracies in percent by method, schedule, retraining and density.
fn means(path: &Path) -> BTreeMap<[String; 4], String> {
    let mut groups: BTreeMap<[String; 4], Vec<f64>> = BTreeMap::new();
    for row in read_table::<CurveRow>(path).unwrap() {
        let method = experiments::records::method_label(&row.method, &row.scope, &row.options);
        let retraining = experiments::curve::retraining_name(&row.retraining, row.rewind_to);
        let key =
            [method, row.schedule, retraining, experiments::curve::percent(row.density_asked)];
        let accuracies = groups.entry(key).or_default();
        accuracies.extend(row.test_accuracy.map(|accuracy| 100.0 * accuracy));
    }
    let mean =
        |values: Vec<f64>| format!("{:.2}", values.iter().sum::<f64>() / values.len() as f64);
    groups.into_iter().map(|(key, values)| (key, mean(values))).collect()
}

/// The numbers of the report are those of the rows.
fn assert_same_numbers(lab: &Lab, folder: &str) {
    let points = table(&read(lab, &format!("{folder}/report.md")), "Every point of every curve");
    let column = points[0].iter().position(|name| name == "accuracy").unwrap();
    let reported = points[2..].iter().map(|row| {
        let label = |k: usize| if row[k] == "–" { String::new() } else { row[k].clone() };
        ([0, 1, 2, 3].map(label), row[column].clone())
    });
    let reported: BTreeMap<_, _> = reported.collect();
    assert_eq!(reported, means(&lab.path(&format!("{folder}/curves.csv"))));
    // The page has the same table.
    let page = read(lab, &format!("{folder}/report.html"));
    for row in &points[2..] {
        let cells = row.iter().map(|cell| format!(">{cell}</t"));
        let mut rest = page.as_str();
        for cell in cells {
            let at = rest.find(&cell).unwrap_or_else(|| panic!("{cell} of {row:?}"));
            rest = &rest[at..];
        }
    }
}

/// Nothing is fetched from anywhere.
fn assert_alone(page: &str) {
    for outside in ["http:", "https:", "url(", "@import", " src=", "<iframe", "<object", "//cdn"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let targets = page.split("href=\"").skip(1);
    assert!(targets.into_iter().all(|rest| rest.starts_with('#') || rest.starts_with("data:,\"")));
}

#[test]
fn a_finished_experiment_has_a_report_and_again_from_its_tables() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "r"]);
    let (page, text) = (read(&lab, "r/report.html"), read(&lab, "r/report.md"));
    assert_alone(&page);
    assert_same_numbers(&lab, "r");
    for heading in
        ["Is it a winning ticket?", "What a ticket costs", "Certificates", "Reporting checklist"]
    {
        assert!(
            page.contains(&format!(">{heading}</h2>")) && text.contains(&format!("## {heading}"))
        );
    }
    for picture in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(lab.path("r").join(picture).is_file(), "{picture}");
    }
    assert!(text.contains("At least five operating points | ✗ no | 2 densities; add densities"));

    // Of two rounds of pruning the second has cost the parent's training and the first one.
    let costs: Vec<CostRow> = read_table(&lab.path("r/costs.csv")).unwrap();
    let ticket = |density: f64| {
        costs.iter().find(|row| {
            [&row.method, &row.schedule, &row.retraining] == ["sipp", "iterative", "rewind"]
                && row.density_asked == density
        })
    };
    // 60 iterations of the parent; a rewound network starts at the tenth.
    assert_eq!(ticket(0.5).unwrap().find_iterations, 60.0);
    assert_eq!(ticket(0.1).unwrap().find_iterations, 60.0 + 50.0);
    assert!(costs.iter().all(|row| row.seeds == 2 && row.find_multiply_adds.is_some()));
    assert!(costs.iter().all(|row| row.retraining != "reinit" && row.retraining != "random-mask"));

    let again = lab.command(&["report", "r"]).output().unwrap();
    assert!(again.status.success(), "{}", stderr(&again));
    assert_eq!((read(&lab, "r/report.html"), read(&lab, "r/report.md")), (page, text));
}

#[test]
fn curves_alone_are_enough_and_no_rows_are_told() {
    let lab = Lab::new(TINY);
    let results = concat!(env!("CARGO_MANIFEST_DIR"), "/../results/quick/resnet20/curves.csv");
    fs::create_dir(lab.path("alone")).unwrap();
    fs::copy(results, lab.path("alone/curves.csv")).unwrap();
    let output = lab.command(&["report", "alone"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_same_numbers(&lab, "alone");
    let text = read(&lab, "alone/report.md");
    assert!(text.contains("There is no config.toml") && text.contains("There is no runs.csv"));
    let costs: Vec<CostRow> = read_table(&lab.path("alone/costs.csv")).unwrap();
    assert!(
        costs.iter().all(|row| row.find_multiply_adds.is_none() && row.find_seconds_train > 0.0)
    );

    let output = lab.command(&["report", "nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("curves.csv: no rows"), "{}", stderr(&output));
}

#[test]
fn a_folder_of_an_earlier_version_has_a_report() {
    let lab = Lab::new(TINY);
    fs::create_dir(lab.path("old")).unwrap();
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results/filters/lenet-5");
    for name in ["curves.csv", "runs.csv", "layers.csv", "certificates.csv", "config.toml"] {
        fs::copy(results.join(name), lab.path("old").join(name)).unwrap();
    }
    let output = lab.command(&["report", "old"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_same_numbers(&lab, "old");
    let text = read(&lab, "old/report.md");
    // What these rows do not have is left out, or said to be wanting.
    assert!(!text.contains("| churn |") && text.contains("without counts of images"));
    assert_alone(&read(&lab, "old/report.html"));
}

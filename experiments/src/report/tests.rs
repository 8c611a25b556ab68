use super::fixtures::{curves, results, results_of, row, sheet};
use super::folder::Results;
use super::model::{Block, Report, Section, Table};
use super::sections::report;
use super::{html, markdown};
use crate::records::CurveRow;

fn section<'a>(report: &'a Report, id: &str) -> Option<&'a Section> {
    report.sections.iter().find(|section| section.id == id)
}

fn tables(report: &Report) -> Vec<&Table> {
    let mut tables = Vec::new();
    for block in report.sections.iter().flat_map(|section| &section.blocks) {
        if let Block::Table(table) = block {
            tables.push(table);
        }
    }
    tables
}

fn table<'a>(report: &'a Report, caption: &str) -> &'a Table {
    let found = tables(report).into_iter().find(|table| table.caption.starts_with(caption));
    found.unwrap_or_else(|| panic!("a table \"{caption}\""))
}

/// The texts of a table's row.
fn line<'a>(table: &'a Table, labels: &[&str]) -> Vec<&'a str> {
    let texts = |row: &'a Vec<super::model::Cell>| -> Vec<&'a str> {
        row.iter().map(|cell| cell.text.as_str()).collect()
    };
    let mut rows = table.rows.iter().map(texts);
    rows.find(|row| row.starts_with(labels)).unwrap_or_else(|| panic!("a row {labels:?}"))
}

fn cell<'a>(table: &'a Table, labels: &[&str], column: &str) -> &'a str {
    let place = table.columns.iter().position(|name| name == column);
    line(table, labels)[place.unwrap_or_else(|| panic!("a column {column}"))]
}

fn text(report: &Report, id: &str) -> String {
    let words = |block: &Block| match block {
        Block::Text(text) => text.clone(),
        Block::List(items) => items.join("\n"),
        Block::Facts(facts) => {
            facts.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
        }
        Block::Table(_) | Block::Charts(_) => String::new(),
    };
    section(report, id).unwrap().blocks.iter().map(words).collect::<Vec<_>>().join("\n")
}

#[test]
fn sections_are_there_where_their_rows_are() {
    let ids = |results: &Results| {
        let report = report(results).unwrap();
        report.sections.iter().map(|section| section.id).collect::<Vec<_>>()
    };
    let all = [
        "answer",
        "setup",
        "curves",
        "tickets",
        "shipping",
        "potential",
        "layers",
        "cost",
        "invariants",
        "provenance",
        "checklist",
    ];
    assert_eq!(ids(&results()), all);
    let bare = Results::default().judged(vec![row("dense", "train", 1, 1.0, 0.9)], 0.5);
    assert_eq!(ids(&bare), ["answer", "setup", "invariants", "provenance", "checklist"]);
    let certified = curves()
        .into_iter()
        .map(|row| CurveRow { error_bound_median: (row.method != "dense").then_some(0.5), ..row });
    assert!(ids(&results_of(certified.collect())).contains(&"certificate"));
}

#[test]
fn points_are_means_of_the_rows_with_students_interval() {
    let report = report(&results()).unwrap();
    let points = table(&report, "Every point");
    let rows: Vec<CurveRow> = curves()
        .into_iter()
        .filter(|row| {
            (row.method.as_str(), row.retraining.as_str()) == ("magnitude", "rewind")
                && row.density_asked == 0.1
        })
        .collect();
    let values: Vec<f64> = rows.iter().map(|row| 100.0 * row.test_accuracy.unwrap()).collect();
    let mean = values.iter().sum::<f64>() / 3.0;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 2.0;
    // t of 2 degrees of freedom at 97.5 %.
    let half = 4.302_653 * (variance / 3.0).sqrt();
    let labels = ["magnitude", "one-shot", "rewind", "10 %"];
    let found =
        ["n", "accuracy", "low", "high", "deviation"].map(|name| cell(points, &labels, name));
    let shown =
        [mean, mean - half, mean + half, variance.sqrt()].map(|value| format!("{value:.2}"));
    assert_eq!(found[0], "3");
    assert_eq!(found[1..], shown.each_ref().map(String::as_str));
    // Columns of which no row knows anything are left out.
    assert!(!points.columns.iter().any(|name| name == "ECE"), "{:?}", points.columns);
    let pivot = table(&report, "Test accuracy");
    assert!(cell(pivot, &labels[..3], "10 %").starts_with(&format!("{mean:.2} ±")));
}

#[test]
fn answers_follow_from_the_verdicts() {
    let report = report(&results()).unwrap();
    let words = text(&report, "answer");
    assert!(words.contains("The dense network reaches 98.00 % test accuracy"), "{words}");
    assert!(words.contains("5 densities from 50 % to 2 %"), "{words}");
    assert!(words.contains("No invariant was violated in 78 rows; every row has a result."));
    // What the table of verdicts says stands in the answer.
    let tickets = table(&report, "Rewound survivors");
    let winning = tickets.rows.iter().filter(|row| row[3].text == "winning ticket").count();
    assert!(winning > 0 && words.contains(&format!("{winning} of 5 networks")), "{words}");
    let never =
        results_of(vec![row("dense", "train", 1, 1.0, 0.9), row("sipp", "none", 1, 0.5, 0.9)]);
    let words = text(&super::sections::report(&never).unwrap(), "answer");
    assert!(words.contains("No survivors were rewound"), "{words}");
}

#[test]
fn layers_with_the_same_counts_stand_together() {
    let report = report(&results()).unwrap();
    let layers = table(&report, "Layers: magnitude");
    assert_eq!(
        layers.caption,
        "Layers: magnitude, one-shot: fine-tune, rewind, reinit, random-mask"
    );
    assert_eq!(line(layers, &["fc2"])[..3], ["fc2", "100", "95.00 % (94.00 %)"]);
}

#[test]
fn a_violation_is_told_wherever_one_looks() {
    let mut rows = curves();
    rows[5].status = "invariant pruned-are-zero: layer \"fc1\": 3 weights".to_owned();
    rows[6].status = "diverged: loss not finite at iteration 7".to_owned();
    rows[6].test_accuracy = None;
    let report = report(&results_of(rows)).unwrap();
    assert!(
        text(&report, "answer").contains("violated in 1 of 78 rows: nothing here can be trusted")
    );
    let invariants = table(&report, "What was checked");
    assert_eq!(cell(invariants, &["pruned-are-zero"], "violations"), "1");
    assert_eq!(cell(invariants, &["budget"], "violations"), "0");
    // No run was iterative.
    assert_eq!(cell(invariants, &["nested"], "violations"), "–");
    assert_eq!(table(&report, "Rows without a result").rows.len(), 2);
}

#[test]
fn other_tables_are_shown_with_whatever_columns_they_have() {
    let mut results = results();
    results.corruptions = Some(sheet(
        &["method", "corruption", "severity", "seed", "test_accuracy"],
        &[
            &["sipp", "blur", "1", "1", "0.9"],
            &["sipp", "blur", "1", "2", "0.8"],
            &["sipp", "blur", "2", "1", "0.5"],
        ],
    ));
    results.comparison = Some(sheet(
        &["finding", "expected", "found", "reproduced"],
        &[&["it stops earlier", "0.38", "0.41", "yes"], &["it ends better", "0.3", "", "no"]],
    ));
    let report = report(&results).unwrap();
    let means = |over: &str| table(&report, &format!("Test images with corruptions, means {over}"));
    assert_eq!(line(means("over seeds, corruptions"), &["sipp"]), ["sipp", "3", "0.733"]);
    assert_eq!(line(means("over seeds and"), &["sipp"]), ["sipp", "blur", "3", "0.733"]);
    let finest = tables(&report)
        .into_iter()
        .find(|table| table.caption == "Test images with corruptions, means over seeds");
    assert_eq!(finest.unwrap().rows.len(), 2);
    assert!(
        text(&report, "comparison").contains("Of 2 findings 1 were reproduced and 1 were not.")
    );
}

#[test]
fn both_renderings_have_every_cell_and_sentence() {
    let report = report(&results()).unwrap();
    let (page, words) = (html::render(&report), markdown::render(&report));
    // Numbers are kept beside their units.
    let page = page.replace('\u{a0}', " ");
    let of_page = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let of_words = |text: &str| words_of(text);
    for table in tables(&report) {
        for cell in table.rows.iter().flatten() {
            assert!(page.contains(&format!(">{}<", of_page(&cell.text))), "{}", cell.text);
            assert!(words.contains(&format!("| {} ", of_words(&cell.text))), "{}", cell.text);
        }
    }
    for section in &report.sections {
        for block in &section.blocks {
            if let Block::Text(text) = block {
                assert!(page.contains(&of_page(text)) && words.contains(&of_words(text)), "{text}");
            }
        }
    }
}

/// As Markdown has it.
fn words_of(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let marks = ['|', '*', '_', '`', '[', ']', '#', '~'];
    marks.iter().fold(escaped, |text, mark| text.replace(*mark, &format!("\\{mark}")))
}

#[test]
fn nothing_from_a_file_becomes_markup() {
    let evil = "<script>alert(1)</script>\"|'";
    let rows = curves().into_iter().map(|row| CurveRow {
        experiment: evil.to_owned(),
        dataset: evil.to_owned(),
        options: if row.method == "dense" { String::new() } else { evil.to_owned() },
        ..row
    });
    let report = report(&results_of(rows.collect())).unwrap();
    let page = html::render(&report);
    assert_eq!(page.matches("<script>").count(), 1, "the page's own");
    assert!(page.contains("&lt;script&gt;alert(1)"));
    let words = markdown::render(&report);
    assert!(!words.contains("<script>") && words.contains("&lt;script&gt;"));
}

#[test]
fn the_page_needs_nothing_else() {
    let page = html::render(&report(&results()).unwrap());
    for outside in ["http:", "https:", "url(", "@import", " src=", "<img", "<iframe"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let targets: Vec<&str> =
        page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(
        targets.iter().all(|target| target.starts_with('#') || *target == "data:,"),
        "{targets:?}"
    );
    // Every link leads somewhere.
    for id in targets.iter().filter_map(|target| target.strip_prefix('#')) {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn every_point_of_a_chart_tells_what_it_stands_for() {
    let report = report(&results()).unwrap();
    let page = html::render(&report);
    let points = table(&report, "Every point");
    let labels = ["magnitude", "one-shot", "fine-tune", "50 %"];
    let [mean, low, high] = ["accuracy", "low", "high"].map(|name| cell(points, &labels, name));
    let told = format!("magnitude, density 50 %: {mean} % [{low}, {high}], n = 3");
    assert!(page.contains(&told), "{told}");
}

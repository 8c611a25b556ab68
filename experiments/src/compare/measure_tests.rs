use super::*;
use crate::compare::finding::{Mark, Relation};
use crate::compare::{Outcome, outcome};

/// Test accuracy at the end and at the stop, in percent, and the iteration of that.
type Result = (f64, f64, usize);

fn row(retraining: &str, seed: u64, density: f64, (end, stop, iteration): Result) -> CurveRow {
    let is_dense = retraining == "train";
    let text = |pruned: &str| if is_dense { String::new() } else { pruned.to_owned() };
    CurveRow {
        method: if is_dense { "dense" } else { "magnitude" }.to_owned(),
        scope: text("rates"),
        schedule: text("iterative"),
        retraining: retraining.to_owned(),
        seed,
        repeat: 1,
        density_asked: density,
        test_accuracy: Some(end / 100.0),
        test_accuracy_at_best_validation: Some(stop / 100.0),
        training_accuracy: Some(0.999),
        training_accuracy_at_best_validation: Some(0.99),
        best_validation_iteration: Some(iteration),
        status: "ok".to_owned(),
        ..CurveRow::default()
    }
}

/// Two seeds. Tickets are ahead at 50 and 20 % and behind at 3 %; reinit is behind from 20 % on.
fn rows() -> Vec<CurveRow> {
    let mut rows = Vec::new();
    for (seed, lift) in [(1, 0.0), (2, 0.1)] {
        let mut add = |retraining: &str, density: f64, (end, stop, iteration): Result| {
            rows.push(row(retraining, seed, density, (end + lift, stop + lift, iteration)));
        };
        add("train", 1.0, (97.5, 97.8, 1000));
        add("rewind", 0.5, (97.8, 98.0, 800));
        add("rewind", 0.2, (98.0, 98.3, 500));
        add("rewind", 0.03, (97.4, 97.2, 2000));
        add("reinit", 0.5, (97.6, 97.9, 1000));
        add("reinit", 0.2, (97.4, 97.7, 1250));
        add("reinit", 0.03, (96.0, 96.0, 4000));
    }
    rows
}

fn finding(kind: Kind, of: &str, against: &str, at: Option<f64>) -> Finding {
    Finding {
        finding: String::new(),
        kind,
        of: of.to_owned(),
        against: Some(against.to_owned()),
        at,
        when: Moment::Stop,
        on: Part::Test,
        clearly: false,
        expected: 0.0,
        relation: Relation::About,
        tolerance: 0.1,
        mark: Mark::Found,
        place: String::new(),
    }
}

fn measured(rows: &[CurveRow], finding: &Finding) -> Option<Found> {
    let curve = ticket(rows).unwrap();
    Measured { rows, curve: &curve }.measure(finding)
}

/// The value, to nine digits.
fn value(rows: &[CurveRow], finding: &Finding) -> Option<f64> {
    measured(rows, finding).and_then(|found| found.value).map(|value| (value * 1e9).round() / 1e9)
}

#[test]
fn accuracies_are_of_the_moment_and_the_images_asked_for() {
    let rows = rows();
    let at_stop = Finding { against: None, ..finding(Kind::Accuracy, "rewind", "", Some(0.2)) };
    assert_eq!(value(&rows, &at_stop), Some(98.35));
    let at_end = Finding { when: Moment::End, ..at_stop.clone() };
    assert_eq!(value(&rows, &at_end), Some(98.05));
    assert_eq!(value(&rows, &Finding { on: Part::Training, ..at_stop.clone() }), Some(99.0));
    assert_eq!(value(&rows, &Finding { on: Part::Training, ..at_end.clone() }), Some(99.9));
    let dense = Finding { of: "dense".to_owned(), at: None, ..at_end };
    assert_eq!(value(&rows, &dense), Some(97.55));
    let found = measured(&rows, &at_stop).unwrap();
    // Student's t for one degree of freedom is 12.706, the standard error 0.05.
    assert!((found.high.unwrap() - (98.35 + 12.706 * 0.05)).abs() < 1e-3);
    // A density of the ladder that is near enough, and one that is not.
    assert_eq!(value(&rows, &Finding { at: Some(0.203), ..at_stop.clone() }), Some(98.35));
    assert_eq!(measured(&rows, &Finding { at: Some(0.21), ..at_stop }), None);
}

#[test]
fn differences_are_paired_over_seeds() {
    let rows = rows();
    let ahead = finding(Kind::Ahead, "rewind", "dense", Some(0.5));
    let found = measured(&rows, &ahead).unwrap();
    // What seeds have in common does not widen the interval.
    assert!((found.value.unwrap() - 0.2).abs() < 1e-9 && found.high.unwrap() < 0.2 + 1e-9);
    assert_eq!(found.density, Some(0.5));
    assert_eq!(value(&rows, &finding(Kind::Ahead, "rewind", "reinit", Some(0.2))), Some(0.6));
    let most = finding(Kind::MostAhead, "rewind", "dense", None);
    let found = measured(&rows, &most).unwrap();
    assert_eq!((value(&rows, &most), found.density), (Some(0.5), Some(0.2)));
    assert_eq!(measured(&rows, &finding(Kind::Ahead, "rewind", "random-mask", Some(0.2))), None);
    assert_eq!(measured(&rows, &finding(Kind::MostAhead, "random-mask", "dense", None)), None);
}

#[test]
fn repeats_count_once() {
    let mut rows = rows();
    let ahead = finding(Kind::Ahead, "rewind", "reinit", Some(0.2));
    let repeat =
        |accuracy| CurveRow { repeat: 2, ..row("reinit", 1, 0.2, (accuracy, accuracy, 1250)) };
    rows.push(repeat(96.7));
    // Seed 1 has 97.7 and 96.7, on average 97.2: differences 1.1 and 0.6.
    assert_eq!(value(&rows, &ahead), Some(0.85));
}

#[test]
fn stops_are_compared_by_their_ratio() {
    let mut rows = rows();
    let earlier = finding(Kind::Earlier, "rewind", "dense", Some(0.2));
    assert_eq!(value(&rows, &earlier), Some(50.0));
    assert_eq!(value(&rows, &finding(Kind::Earlier, "rewind", "dense", Some(0.03))), Some(-100.0));
    let sooner = finding(Kind::TimesSooner, "rewind", "reinit", Some(0.2));
    assert_eq!(value(&rows, &sooner), Some(2.5));
    // Of ratios 1/2 and 1/8 the geometric mean is 1/4.
    let second = |row: &&mut CurveRow| row.seed == 2 && row.method == "dense";
    rows.iter_mut().find(second).unwrap().best_validation_iteration = Some(4000);
    assert_eq!(value(&rows, &earlier), Some(75.0));
    let found = measured(&rows, &earlier).unwrap();
    assert!(found.low < found.value && found.value < found.high, "{found:?}");
    let sooner = finding(Kind::TimesSooner, "rewind", "dense", Some(0.2));
    let found = measured(&rows, &sooner).unwrap();
    assert!(found.low < Some(4.0) && Some(4.0) < found.high, "{found:?}");
}

#[test]
fn what_begins_at_a_density_lasts_to_the_smallest() {
    let mut rows = rows();
    let below = finding(Kind::FirstBelow, "reinit", "dense", None);
    let found = measured(&rows, &below).unwrap();
    assert_eq!((found.value, found.high), (Some(20.0), Some(50.0)));
    // Both seeds agree to the digit, so that it is clear too.
    let clearly = Finding { clearly: true, ..below.clone() };
    assert_eq!(value(&rows, &clearly), Some(20.0));
    // One seed far ahead: below on average of more than chance no longer.
    let is_it = |row: &&mut CurveRow| {
        row.seed == 1 && row.retraining == "reinit" && row.density_asked == 0.2
    };
    rows.iter_mut().find(is_it).unwrap().test_accuracy_at_best_validation = Some(0.972);
    assert_eq!(value(&rows, &below), Some(20.0));
    assert_eq!(value(&rows, &clearly), Some(3.0));
    let ticket = finding(Kind::FirstBelow, "rewind", "dense", None);
    assert_eq!(value(&rows, &ticket), Some(3.0));
    // Never below: looked for, and not there.
    rows.retain(|row| row.density_asked > 0.1);
    let nowhere = measured(&rows, &ticket).unwrap();
    assert_eq!((nowhere.value, nowhere.high), (None, None));
    assert_eq!(outcome(&ticket, Some(nowhere)), Outcome::No);
    // At a single density nothing begins.
    rows.retain(|row| row.density_asked > 0.3);
    assert_eq!(measured(&rows, &ticket), None);
}

#[test]
fn relations_by_hand() {
    let found = |value: f64, low: f64| {
        Some(Found { value: Some(value), low: Some(low), high: None, density: None })
    };
    let with = |expected, relation, tolerance| Finding {
        expected,
        relation,
        tolerance,
        ..finding(Kind::Ahead, "rewind", "dense", None)
    };
    for (finding, found, expected) in [
        (with(0.5, Relation::About, 0.2), found(0.69, 0.0), Outcome::Yes),
        (with(0.5, Relation::About, 0.2), found(0.29, 0.0), Outcome::No),
        (with(20.0, Relation::WithinFactor, 1.6), found(32.0, 32.0), Outcome::Yes),
        (with(20.0, Relation::WithinFactor, 1.6), found(12.4, 12.4), Outcome::No),
        (with(0.3, Relation::AtLeast, 0.1), found(5.0, 0.0), Outcome::Yes),
        (with(0.3, Relation::AtLeast, 0.1), found(0.19, 0.0), Outcome::No),
        (with(0.0, Relation::Above, 0.0), found(0.2, 0.1), Outcome::Yes),
        (with(0.0, Relation::Above, 0.0), found(0.2, -0.1), Outcome::No),
        (with(0.0, Relation::Above, 0.0), None, Outcome::NotMeasured),
    ] {
        assert_eq!(outcome(&finding, found), expected, "{finding:?} {found:?}");
    }
    let alone = Some(Found { value: Some(0.2), low: None, high: None, density: None });
    assert_eq!(outcome(&with(0.0, Relation::Above, 0.0), alone), Outcome::Yes);
}

#[test]
fn the_ticket_is_that_of_rates_where_there_are_several() {
    let mut rows = rows();
    assert_eq!(ticket(&rows).unwrap().scope, "rates");
    let global = CurveRow { scope: "global".to_owned(), ..rows[1].clone() };
    rows.insert(0, global);
    assert_eq!(ticket(&rows).unwrap().scope, "rates");
    rows.retain(|row| row.scope != "rates");
    assert_eq!(ticket(&rows).unwrap().scope, "global");
    rows.retain(|row| row.method == "dense");
    assert_eq!(ticket(&rows), None);
}

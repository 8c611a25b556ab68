use super::{points, remark, table};
use crate::curve::{Curve, percent};
use crate::verdict::rows::of_ship;
use crate::verdict::ship::{Ship, Verdict};

const HEADER: [&str; 12] = [
    "schedule",
    "method",
    "retraining",
    "sparsest",
    "ahead",
    "p (Holm)",
    "churn",
    "worst class",
    "corrupted",
    "compression",
    "speed-up",
    "",
];
/// Where in it stands what is not always measured.
const CORRUPTED: usize = 8;

pub(super) fn text(ships: &[Ship], margin: f64) -> Option<String> {
    let first = ships.first()?;
    let mut curves: Vec<&Curve> = vec![&first.curve];
    for ship in ships {
        if curves.last() != Some(&&ship.curve) {
            curves.push(&ship.curve);
        }
    }
    let is_corrupted = ships.iter().any(|ship| ship.corruption_drop.is_some());
    let without = |cells: Vec<String>| -> Vec<String> {
        let cells = cells.into_iter().enumerate();
        cells.filter(|(at, _)| is_corrupted || *at != CORRUPTED).map(|(_, cell)| cell).collect()
    };
    let header = without(HEADER.map(str::to_owned).to_vec());
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let lines = curves.iter().map(|curve| without(line(curve, ships, margin)));
    let table = table(&header, 3..header.len() - 1, lines);
    Some(format!(
        "May it be shipped? The sparsest network shown to be less than {margin} points of test accuracy behind its \
         parent, paired over\nseeds and over test images, whichever is less sure; {} questions, Holm's correction, one-sided level 2.5 %{}:\n{table}\n{}",
        ships.iter().filter(|ship| ship.p.is_some()).count(),
        match is_corrupted {
            true =>
                ".\nUnder `corrupted` the points against the parent on corrupted test images, the mean over all of them",
            false => "",
        },
        sentence(ships, margin)
    ))
}

/// The sparsest non-inferior network of a curve.
fn line(curve: &Curve, ships: &[Ship], margin: f64) -> Vec<String> {
    let own = || ships.iter().filter(|ship| ship.curve == *curve);
    let labels = [curve.schedule.clone(), curve.name(), curve.retraining_name()];
    let Some(ship) = sparsest(own()) else {
        let undecided = own().filter(|ship| ship.verdict == Verdict::Undecided);
        let nearest = undecided.min_by_key(|ship| ship.more_seeds.unwrap_or(usize::MAX));
        let why = nearest.map(|ship| {
            let remark = remark(true, ship.more_seeds, &ship.missing());
            format!("undecided at {}: {remark}", percent(ship.density))
        });
        let words = why.unwrap_or_else(|| "all inferior".to_owned());
        let blank = std::iter::repeat_n(String::new(), HEADER.len() - 5);
        let cells = std::iter::once("none".to_owned()).chain(blank).chain([words]);
        return labels.into_iter().chain(cells).collect();
    };
    let row = of_ship(ship, margin);
    let share = |value: Option<f64>| {
        value.map_or_else(|| "-".to_owned(), |value| format!("{:.2} %", 100.0 * value))
    };
    let worst = row.worst_class.zip(row.worst_class_drop);
    let cells = [
        percent(ship.density),
        points(&ship.difference),
        ship.p_holm.map_or_else(String::new, |p| format!("{p:.2e}")),
        share(row.churn),
        worst.map_or_else(|| "-".to_owned(), |(class, drop)| format!("{class}: {:+.2}", -drop)),
        row.corruption_drop.map_or_else(|| "-".to_owned(), |drop| format!("{:+.2}", -drop)),
        format!("{:.1}", row.compression),
        format!("{:.1}", row.speed_up),
        remark(false, None, &ship.missing()),
    ];
    labels.into_iter().chain(cells).collect()
}

fn sparsest<'a>(ships: impl Iterator<Item = &'a Ship>) -> Option<&'a Ship> {
    let shown = ships.filter(|ship| ship.is_shown());
    shown.min_by(|a, b| a.density.total_cmp(&b.density))
}

fn sentence(ships: &[Ship], margin: f64) -> String {
    let Some(ship) = sparsest(ships.iter()) else {
        return format!("No network is shown to be less than {margin} points behind its parent.");
    };
    let Curve { schedule, retraining, .. } = &ship.curve;
    format!(
        "The sparsest of all: {}, {schedule}, {retraining}, density {}: {} points.",
        ship.curve.name(),
        percent(ship.density),
        points(&ship.difference)
    )
}

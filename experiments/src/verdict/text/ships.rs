use super::{points, remark, table};
use crate::curve::{Curve, percent};
use crate::verdict::rows::of_ship;
use crate::verdict::ship::{Ship, Verdict};

pub(super) fn text(ships: &[Ship], margin: f64) -> Option<String> {
    let first = ships.first()?;
    let mut curves: Vec<&Curve> = vec![&first.curve];
    for ship in ships {
        if curves.last() != Some(&&ship.curve) {
            curves.push(&ship.curve);
        }
    }
    let lines = curves.iter().map(|curve| line(curve, ships, margin));
    let header = [
        "schedule",
        "method",
        "retraining",
        "sparsest",
        "ahead",
        "p (Holm)",
        "churn",
        "worst class",
        "compression",
        "speed-up",
        "",
    ];
    let table = table(&header, 3..10, lines);
    Some(format!(
        "May it be shipped? The sparsest network shown to be less than {margin} points of test accuracy behind its \
         parent, paired over\nseeds and over test images, whichever is less sure; {} questions, Holm's correction, one-sided level 2.5 %:\n{table}\n{}",
        ships.iter().filter(|ship| ship.p.is_some()).count(),
        sentence(ships, margin)
    ))
}

/// The sparsest non-inferior network of a curve.
fn line(curve: &Curve, ships: &[Ship], margin: f64) -> Vec<String> {
    let own = || ships.iter().filter(|ship| ship.curve == *curve);
    let labels = [curve.schedule.clone(), curve.name(), curve.retraining.clone()];
    let Some(ship) = sparsest(own()) else {
        let undecided = own().filter(|ship| ship.verdict == Verdict::Undecided);
        let nearest = undecided.min_by_key(|ship| ship.more_seeds.unwrap_or(usize::MAX));
        let why = nearest.map(|ship| {
            let remark = remark(true, ship.more_seeds, &ship.missing());
            format!("undecided at {}: {remark}", percent(ship.density))
        });
        let words = why.unwrap_or_else(|| "all inferior".to_owned());
        let blank = std::iter::repeat_n(String::new(), 6);
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

//! What a reader must know to believe a figure.

use super::errors::Errors;
use super::figures::Figure;
use super::text::number;

const ONE_SEED: &str =
    "One seed: there are no bars, and no difference here is known to be more than chance.";
const SHORT_BARS: &str = "Markers hide bars shorter than they are.";

/// The sentences below a figure.
pub(super) fn caption(figure: &Figure, errors: &Errors) -> String {
    let sentences = [spread(figure), dodge(figure), lost(figure), ceiling(errors)];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What a point and its bar are, and of how many seeds.
fn spread(figure: &Figure) -> Option<String> {
    let fewest = figure.spreads().map(|spread| spread.seeds).min()?;
    let most = figure.spreads().map(|spread| spread.seeds).max()?;
    let band = figure.parent.is_some_and(|parent| parent.deviation.is_some());
    let seeds = match (fewest, most) {
        (_, 1) => return Some(ONE_SEED.to_owned()),
        (1, _) => format!("up to {most} seeds; a point of one seed has none"),
        _ if fewest == most => format!("{most} seeds"),
        _ => format!("{fewest} to {most} seeds"),
    };
    let bars = if band { "Bars and grey band" } else { "Bars" };
    Some(format!("{bars}: ±1 sample standard deviation over {seeds}. {SHORT_BARS}"))
}

/// That series at one density stand side by side.
fn dodge(figure: &Figure) -> Option<String> {
    (figure.series.len() > 1).then(|| "Series are shifted a little sideways.".to_owned())
}

fn lost(figure: &Figure) -> Option<String> {
    let runs = if figure.lost == 1 { "run" } else { "runs" };
    let sentence = format!(
        "×: {} {runs} without a result (diverged, or not run); means are over the others.",
        figure.lost
    );
    (figure.lost > 0).then_some(sentence)
}

fn ceiling(errors: &Errors) -> Option<String> {
    let ceiling = number(errors.ceiling()? * 100.0, 3);
    Some(format!("Accuracies above {ceiling} % are drawn at 100 %."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::figures::figures;
    use crate::plot::fixtures::{lost, parent, row};
    use crate::records::CurveRow;

    fn of(rows: &[CurveRow]) -> String {
        let figure = &figures(rows)[0];
        caption(figure, &Errors::of(figure))
    }

    #[test]
    fn says_what_a_bar_is_and_of_how_many_seeds() {
        let point = |seed| row("sipp", "rewind", seed, 0.5, 0.9 + seed as f64 / 100.0);
        let three = [point(1), point(2), point(3)];
        assert_eq!(
            of(&three),
            format!("Bars: ±1 sample standard deviation over 3 seeds. {SHORT_BARS}")
        );
        assert!(of(&three[..1]).starts_with("One seed: there are no bars"));
        let more = [three.as_slice(), &[parent(1, 0.9), parent(2, 0.91)]].concat();
        assert_eq!(
            of(&more),
            format!(
                "Bars and grey band: ±1 sample standard deviation over 2 to 3 seeds. {SHORT_BARS}"
            )
        );
        assert!(of(&more[..4]).contains("over up to 3 seeds; a point of one seed has none"));
    }

    #[test]
    fn says_what_is_left_out_and_what_is_clamped() {
        let rows = [
            row("sipp", "rewind", 1, 0.5, 0.9),
            lost("sipp", "rewind", 2, 0.5),
            lost("sipp", "rewind", 3, 0.5),
        ];
        assert!(of(&rows).contains("×: 2 runs without a result"));
        assert!(of(&rows[1..]).starts_with("×: 2 runs"));
        let rows = [row("sipp", "rewind", 1, 0.5, 0.9), row("sipp", "rewind", 1, 0.2, 1.0)];
        assert!(of(&rows).ends_with("Accuracies above 95 % are drawn at 100 %."));
    }
}

//! What a reader must know to believe a figure.

use super::errors::Errors;
use super::figure::{Figure, Kind};
use super::text::number;

const ONE_SEED: &str =
    "One seed: there are no bars, and no difference here is known to be more than chance.";
const SHORT_BARS: &str = "Markers hide bars shorter than they are.";
const EMPTY_LAYERS: &str = "A layer that keeps nothing has no point.";
const WHAT: &str = "Solid: bound, propagated through the network; dashed: change measured on the \
                    same points. Both compare the network right after pruning with the one it was \
                    pruned from.";

const SPEED: &str = "Measured in turn with the dense network: points are medians over rounds, bars reach \
                     over their middle half. A training step is forward, backward and update by SGD \
                     with momentum. Forward passes are shifted a little to the left, steps to the \
                     right. Dashed: multiply-adds of the dense network over those left.";

const STEPS: &str = "Forward, backward and update, each the least of rounds in which dense and sparse steps took turns, \
                     by the time that the thread computed. Every layer keeps the same share of its weights.";

const STABILITY: &str = "The highest test error on the straight line between the final weights of two copies of one \
                         training, minus the mean of both ends'.";

/// The sentences below a figure.
pub(super) fn caption(figure: &Figure) -> String {
    let sentences = match figure.kind {
        Kind::Accuracy => {
            [spread(figure), dodge(figure), lost(figure), ceiling(&Errors::of(figure))]
        }
        Kind::Stop => [spread(figure), dodge(figure), lost(figure), None],
        Kind::Certificate => {
            [Some(WHAT.to_owned()), spread(figure), dodge(figure), left_out(figure)]
        }
        Kind::Stability => [Some(STABILITY.to_owned()), spread(figure), dodge(figure), None],
        Kind::Speed => [Some(SPEED.to_owned()), Some(SHORT_BARS.to_owned()), None, None],
        Kind::Steps => [Some(STEPS.to_owned()), None, None, None],
        Kind::Layers => [spread(figure), Some(EMPTY_LAYERS.to_owned()), None, None],
    };
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What a point and its bar are, and of how many seeds.
fn spread(figure: &Figure) -> Option<String> {
    let fewest = figure.spreads().map(|spread| spread.seeds).min()?;
    let most = figure.spreads().map(|spread| spread.seeds).max()?;
    let seeds = match (fewest, most) {
        (_, 1) => return Some(ONE_SEED.to_owned()),
        _ if fewest == most => format!("{most} seeds"),
        (1, _) => format!("up to {most} seeds"),
        _ => format!("{fewest} to {most} seeds"),
    };
    if figure.spreads().all(|spread| spread.ends.is_none()) {
        let means = if figure.kind == Kind::Stop { "means" } else { "geometric means" };
        return Some(format!("Points are {means} over {seeds}."));
    }
    let none = if fewest == 1 { "; a point of one seed has none" } else { "" };
    Some(match figure.kind {
        Kind::Accuracy | Kind::Stability => {
            let band = figure.parent.is_some_and(|parent| parent.ends.is_some());
            let bars = if band { "Bars and grey band" } else { "Bars" };
            let (what, repeats) = (figure.bars.words(), repeats(figure));
            format!("{bars}: {what} {seeds}{none}.{repeats} {SHORT_BARS}")
        }
        Kind::Stop => format!(
            "Points are means over {seeds}, bars reach from the least to the greatest trial{none}.{} \
             {SHORT_BARS}",
            repeats(figure)
        ),
        Kind::Layers => format!(
            "Points are means over {seeds}, bars reach from the least to the greatest{none}. {SHORT_BARS}"
        ),
        Kind::Certificate | Kind::Speed | Kind::Steps => format!(
            "Points are geometric means over {seeds}, bars reach from the least to the greatest\
             {none}. {SHORT_BARS}"
        ),
    })
}

/// How repeats enter, where there are some.
fn repeats(figure: &Figure) -> &'static str {
    match figure.spreads().any(|spread| spread.trials > spread.seeds) {
        true => " Repeats of a control are averaged within a seed first.",
        false => "",
    }
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

/// That a logarithmic axis does not show everything.
fn left_out(figure: &Figure) -> Option<String> {
    let runs = if figure.lost == 1 { "run lacks" } else { "runs lack" };
    let sentence = format!("{} {runs} a value above 0 at some density.", figure.lost);
    (figure.lost > 0).then_some(sentence)
}

fn ceiling(errors: &Errors) -> Option<String> {
    let ceiling = number(errors.ceiling()? * 100.0, 3);
    Some(format!("Accuracies above {ceiling} % are drawn at 100 %."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::bars::Bars;
    use crate::plot::figures::figures;
    use crate::plot::fixtures::{certificates, lost, parent, row};
    use crate::records::CurveRow;

    fn of(rows: &[CurveRow]) -> String {
        let figure = &figures(rows, Bars::Deviation)[0];
        caption(figure)
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
    fn says_what_bars_are_instead_and_how_repeats_enter() {
        let point = |seed, repeat| CurveRow {
            repeat,
            ..row("sipp", "reinit", seed, 0.5, 0.9 + seed as f64 / 100.0)
        };
        let rows = [point(1, 1), point(1, 2), point(2, 1)];
        let of = |bars| caption(&figures(&rows, bars)[0]);
        assert!(of(Bars::Deviation).contains("over 2 seeds. Repeats of a control are averaged"));
        assert!(of(Bars::Interval).starts_with("Bars: Student's 95 % interval of the mean over 2"));
        assert!(of(Bars::MinMax).starts_with("Bars: from the least to the greatest trial of 2"));
    }

    #[test]
    fn says_what_is_compared_in_a_certificate() {
        let of = |rows: &[CurveRow]| caption(figures(rows, Bars::Deviation).last().unwrap());
        let rows = certificates();
        let text = of(&rows);
        assert!(text.starts_with(WHAT), "{text}");
        let points = "Points are geometric means over 3 seeds, bars reach from the least to the \
                      greatest. ";
        assert!(text.contains(points), "{text}");
        assert!(text.ends_with(" 3 runs lack a value above 0 at some density."), "{text}");
        let one: Vec<CurveRow> = rows.iter().filter(|row| row.seed == 1).cloned().collect();
        assert!(
            of(&one).contains(ONE_SEED)
                && of(&one).ends_with(" 1 run lacks a value above 0 at some density.")
        );
        let renamed =
            rows.iter().map(|row| CurveRow { scope: "per-layer".to_owned(), ..row.clone() });
        let many: Vec<CurveRow> = rows.iter().cloned().chain(renamed).collect();
        assert!(
            of(&many).contains("Points are geometric means over 3 seeds. Series"),
            "{}",
            of(&many)
        );
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

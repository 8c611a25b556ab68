//! Successive halving (Jamieson & Talwalkar 2016, arXiv 1502.07943): all points are trained a little, the best of them
//! longer, the best of those longer still.
//!
//! A rung is judged when all of its points are finished. The asynchronous form (Li et al. 2020, arXiv 1810.05934) sends
//! points on as soon as there are enough worse ones: no worker waits, but who goes on depends on who was done first,
//! and with it on the number of workers and on chance. Here the same sweep has the same outcome whoever does it; while the last
//! points of a rung are done, workers wait.

use super::Point;
use super::effects::kind;
use super::raw;
use crate::records::CurveRow;
use crate::step::Step;

/// The rungs of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Halving {
    /// Key of the length that rungs differ in.
    pub(super) resource: String,
    /// The kind of curve whose validation accuracy decides; all but the dense network's where there is none.
    pub(super) by: Option<String>,
    pub(super) rungs: Vec<Rung>,
}

/// So many points with so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rung {
    pub(super) amount: Step,
    pub(super) points: usize,
}

impl Halving {
    /// The rungs for so many points.
    ///
    /// # Errors
    /// The key that is wrong, and what is wrong with it.
    pub(super) fn new(raw: &raw::Halving, points: &[Point]) -> Result<Self, (String, String)> {
        let wrong = |key: &str, problem: String| (format!("halving.{key}"), problem);
        let raw::Halving { resource, from, to, factor, by } = raw;
        let unit: fn(usize) -> Step = match to {
            Step::Epochs(_) => Step::Epochs,
            Step::Iterations(_) => Step::Iterations,
        };
        let (least, most) = (count(*from), count(*to));
        if std::mem::discriminant(from) != std::mem::discriminant(to) {
            let problem = format!(
                "\"{from}\", and to is \"{to}\"; expected both in epochs or both in iterations"
            );
            return Err(wrong("from", problem));
        }
        if !(1..most).contains(&least) {
            return Err(wrong(
                "from",
                format!("\"{from}\"; expected more than nothing and less than \"{to}\""),
            ));
        }
        if *factor < 2 {
            return Err(wrong("factor", format!("{factor}; expected a whole number from 2 on")));
        }
        if points.iter().any(|point| point.keys().any(|key| key == resource)) {
            let problem =
                format!("\"{resource}\" is swept; expected a key that all points have in common");
            return Err(wrong("resource", problem));
        }
        // From the last rung down, rounded up.
        let powers = std::iter::successors(Some(1_usize), |power| power.checked_mul(*factor));
        let powers = powers.take_while(|power| least.saturating_mul(*power) <= most);
        let mut amounts: Vec<usize> = powers.map(|power| most.div_ceil(power)).collect();
        amounts.reverse();
        let counts =
            std::iter::successors(Some(points.len()), |count| Some((count / factor).max(1)));
        let last = amounts.len() - 1;
        let rungs = amounts.into_iter().zip(counts).enumerate();
        // Where one point is left there is nothing to choose on the way.
        let rungs = rungs.filter(|&(index, (_, points))| index == last || points > 1);
        let rungs = rungs.map(|(_, (amount, points))| Rung { amount: unit(amount), points });
        Ok(Self { resource: resource.clone(), by: by.clone(), rungs: rungs.collect() })
    }

    /// A point with what it has on this rung.
    pub(super) fn on(&self, point: &Point, rung: usize) -> Point {
        let amount = self.rungs[rung].amount.to_string();
        point.with(&self.resource, toml::Value::String(amount))
    }

    /// How well the point of these rows does: the mean validation accuracy of those that count, where one without a result
    /// has 0.
    pub(super) fn score(&self, rows: &[CurveRow]) -> f64 {
        let counts = |row: &&CurveRow| match &self.by {
            Some(by) => kind(row) == *by,
            None => row.method != "dense",
        };
        let values = rows.iter().filter(counts).map(|row| row.validation_accuracy.unwrap_or(0.0));
        let values: Vec<f64> = values.collect();
        values.iter().sum::<f64>() / values.len().max(1) as f64
    }

    /// Which of a rung's points, by their scores, go on to the next one: the best, of equal ones the first, in the order
    /// of the sweep.
    pub(super) fn best(&self, scores: &[f64], rung: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        order.truncate(self.rungs.get(rung + 1).map_or(0, |next| next.points));
        order.sort_unstable();
        order
    }
}

/// A length without its unit.
pub(super) fn count(step: Step) -> usize {
    match step {
        Step::Epochs(count) | Step::Iterations(count) => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(count: usize) -> Vec<Point> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        let values: Vec<String> = (0..count).map(|value| value.to_string()).collect();
        std::fs::write(&path, format!("[sweep.grid]\nrate = [{}]\n", values.join(", "))).unwrap();
        super::super::points::read(&path).unwrap().0
    }

    fn halving(text: &str, count: usize) -> Result<Halving, (String, String)> {
        let raw: raw::Halving = toml::from_str(text).unwrap();
        Halving::new(&raw, &points(count))
    }

    fn rungs(text: &str, count: usize) -> Vec<(String, usize)> {
        let rungs = halving(text, count).unwrap().rungs.into_iter();
        rungs.map(|rung| (rung.amount.to_string(), rung.points)).collect()
    }

    #[test]
    fn rungs_by_hand() {
        let named = |rungs: &[(&str, usize)]| -> Vec<(String, usize)> {
            rungs.iter().map(|(amount, points)| ((*amount).to_owned(), *points)).collect()
        };
        let text =
            "resource = \"train.length\"\nfrom = \"200 iterations\"\nto = \"1800 iterations\"";
        let three = [("200 iterations", 9), ("600 iterations", 3), ("1800 iterations", 1)];
        assert_eq!(rungs(text, 9), named(&three));
        // The last rung has what was asked for; where one is left, nothing lies between.
        assert_eq!(rungs(text, 5), named(&[("200 iterations", 5), ("1800 iterations", 1)]));
        assert_eq!(rungs(text, 1), named(&[("1800 iterations", 1)]));
        let halves =
            "resource = \"train.length\"\nfrom = \"2 epochs\"\nto = \"10 epochs\"\nfactor = 2";
        assert_eq!(rungs(halves, 9), named(&[("3 epochs", 9), ("5 epochs", 4), ("10 epochs", 2)]));
    }

    #[test]
    fn the_best_go_on_and_of_equal_ones_the_first() {
        let text = "resource = \"x\"\nfrom = \"1 epoch\"\nto = \"2 epochs\"\nfactor = 2";
        let halving = halving(text, 5).unwrap();
        assert_eq!(halving.best(&[0.1, 0.7, 0.3, 0.7, 0.7], 0), [1, 3]);
        assert_eq!(halving.best(&[0.0, 0.0, 0.0, 0.0, 0.5], 0), [0, 4]);
        assert_eq!(halving.best(&[0.1, 0.2], 1), Vec::<usize>::new());
        let on = halving.on(&points(1)[0], 1);
        assert_eq!(on.label(), "rate=0 x=2 epochs");
        let row = |method: &str, accuracy: Option<f64>| CurveRow {
            method: method.to_owned(),
            validation_accuracy: accuracy,
            ..CurveRow::default()
        };
        let rows = [row("dense", Some(1.0)), row("sipp", Some(0.5)), row("magnitude", None)];
        assert_eq!(halving.score(&rows), 0.25);
        assert_eq!(Halving { by: Some("sipp".to_owned()), ..halving }.score(&rows), 0.5);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, key, word) in [
            ("from = \"1 epoch\"\nto = \"20 iterations\"", "from", "both"),
            ("from = \"3 epochs\"\nto = \"3 epochs\"", "from", "less than"),
            ("from = \"0 epochs\"\nto = \"3 epochs\"", "from", "more than nothing"),
            ("from = \"1 epoch\"\nto = \"3 epochs\"\nfactor = 1", "factor", "from 2 on"),
        ] {
            let (found, problem) = halving(&format!("resource = \"x\"\n{text}"), 3).unwrap_err();
            assert!(
                found == format!("halving.{key}") && problem.contains(word),
                "{text}: {problem}"
            );
        }
        let swept = halving("resource = \"rate\"\nfrom = \"1 epoch\"\nto = \"3 epochs\"", 3);
        assert!(swept.unwrap_err().1.contains("is swept"));
    }
}

use super::{is_as_good, is_worse, lost, lost_words};
use crate::curve::{Curve, dense, distinct};
use crate::records::CurveRow;
use crate::statistics::{CONFIDENCE, LEVEL, PairedTable, Sample, holm, more_seeds};

/// Retrainings after which a network can be used in place of its parent.
const RETRAININGS: [&str; 2] = ["none", "fine-tune"];

/// Whether a pruned network may take the place of its parent.
#[derive(Debug, Clone)]
pub(super) struct Ship {
    pub(super) curve: Curve,
    pub(super) density: f64,
    /// Its rows, one a seed.
    pub(super) rows: Vec<CurveRow>,
    /// Seeds that have no result, though their parents have one.
    pub(super) lost: usize,
    /// Points by which it is ahead of the parent, one a seed.
    pub(super) difference: Sample,
    /// The parent's and its own results on the test images, the mean over the seeds; `None` where the rows
    /// do not count them.
    pub(super) table: Option<PairedTable>,
    /// That it is worse by the margin or more, by the images alone.
    p_images: Option<f64>,
    /// The same by images and seeds.
    pub(super) p: Option<f64>,
    /// Corrected for all such questions.
    pub(super) p_holm: Option<f64>,
    pub(super) verdict: Verdict,
    pub(super) more_seeds: Option<usize>,
    /// What it loses under corruptions against the parent, in points, where that was measured.
    pub(super) corruption_drop: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    NonInferior,
    Inferior,
    Undecided,
}

impl Verdict {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::NonInferior => "non-inferior",
            Self::Inferior => "inferior",
            Self::Undecided => "undecided",
        }
    }
}

impl Ship {
    pub(super) fn is_shown(&self) -> bool {
        self.verdict == Verdict::NonInferior
    }

    /// Newcombe's interval over the test images, in points.
    pub(super) fn images(&self) -> Option<(f64, f64)> {
        let (low, high) = self.table?.interval(CONFIDENCE);
        Some((100.0 * low, 100.0 * high))
    }

    /// What the verdict has to do without.
    pub(super) fn missing(&self) -> Vec<String> {
        let seeds = (self.difference.seeds() < 2).then_some("a second seed");
        let images = match self.p_images {
            None => Some("counts of images"),
            Some(p) if self.verdict == Verdict::Undecided && p > LEVEL => {
                Some("enough test images")
            }
            Some(_) => None,
        };
        let words = seeds.into_iter().chain(images).map(str::to_owned);
        words.chain(lost_words(self.lost)).collect()
    }
}

/// Judges every network that was not retrained, or fine-tuned, at every density.
pub(super) fn all(rows: &[CurveRow], margin: f64) -> Vec<Ship> {
    let curves = distinct(rows, Curve::of).into_iter();
    let usable = curves.filter(|curve| RETRAININGS.contains(&curve.retraining.as_str()));
    let questions = |curve: Curve| {
        let densities = curve.densities(rows).into_iter();
        densities.map(|density| one(rows, &curve, density, margin)).collect::<Vec<_>>()
    };
    let mut ships: Vec<Ship> = usable.flat_map(questions).collect();
    correct(&mut ships);
    let open = ships.iter().filter(|ship| ship.p.is_some() && !ship.is_shown()).count();
    for ship in ships.iter_mut().filter(|ship| ship.verdict == Verdict::Undecided) {
        ship.more_seeds = wanting(ship, margin, LEVEL / open.max(1) as f64);
    }
    ships
}

/// Holm's correction over all questions, and what is shown after it.
fn correct(ships: &mut [Ship]) {
    let p_values: Vec<f64> = ships.iter().filter_map(|ship| ship.p).collect();
    let adjusted = holm(&p_values);
    for (ship, p) in ships.iter_mut().filter(|ship| ship.p.is_some()).zip(adjusted) {
        ship.p_holm = Some(p);
        if p <= LEVEL {
            ship.verdict = Verdict::NonInferior;
        }
    }
}

/// A network by itself, before the correction.
fn one(rows: &[CurveRow], curve: &Curve, density: f64, margin: f64) -> Ship {
    let own: Vec<CurveRow> = curve.rows_at(rows, density).cloned().collect();
    let lost = lost(rows, &own);
    let difference = curve.at(rows, density).minus(&dense(rows));
    let table = table(&own);
    let p_images = table.map(|table| table.p_not_above(-margin / 100.0));
    // It must hold for other seeds, and for other images: what is less sure counts.
    let p = [difference.p_not_above(-margin), p_images].into_iter().flatten().reduce(f64::max);
    // Of seeds that have failed nothing good is said.
    let p = p.filter(|_| lost == 0);
    let images_high = table.map(|table| 100.0 * table.interval(CONFIDENCE).1);
    let interval = difference.interval();
    // A single network is judged by the images alone.
    let is_inferior = is_worse(interval, margin)
        || (interval.is_none() && images_high.is_some_and(|high| high < -margin));
    Ship {
        curve: curve.clone(),
        density,
        rows: own,
        lost,
        difference,
        table,
        p_images,
        p,
        p_holm: None,
        verdict: if is_inferior { Verdict::Inferior } else { Verdict::Undecided },
        more_seeds: None,
        corruption_drop: None,
    }
}

/// Seeds that are wanting for an answer, at the level that the correction leaves to the first of the open
/// questions; `None` too where more test images are what is wanting.
fn wanting(ship: &Ship, margin: f64, level: f64) -> Option<usize> {
    let images_allow_it = ship.p_images.is_none_or(|p| p <= level);
    more_seeds(&[&ship.difference], level, |all| {
        is_worse(all[0], margin) || (images_allow_it && is_as_good(all[0], margin))
    })
}

/// The counts of the mean seed. They are not added up: all seeds share the test images, and as many images as
/// there are is all that can be relied on.
fn table(rows: &[CurveRow]) -> Option<PairedTable> {
    let counts = |row: &CurveRow| {
        let images = row.test_images? as f64;
        let (first, second) = (row.newly_right? as f64, row.newly_wrong? as f64);
        let both = (row.test_accuracy? * images).round() - first;
        Some([both, first, second, images - both - first - second])
    };
    let with_result = rows.iter().filter(|row| row.test_accuracy.is_some());
    let all: Vec<[f64; 4]> = with_result.map(counts).collect::<Option<_>>()?;
    let mean = |k: usize| all.iter().map(|counts| counts[k]).sum::<f64>() / all.len() as f64;
    let [both, first, second, neither] = [0, 1, 2, 3].map(mean);
    (!all.is_empty()).then_some(PairedTable { both, first, second, neither })
}

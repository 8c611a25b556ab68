/// Bins of the expected calibration error.
pub const ECE_BINS: usize = 15;

/// How far the probabilities of a network, the softmax of its logits, can be trusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Brier score: the mean over the images of Σ (pₖ − yₖ)² over all classes k, where y is 1 for the right
    /// class and 0 for the others. From 0 to 2.
    pub brier: f64,
    /// Expected calibration error. The images are put into [`ECE_BINS`] bins of equal width by the
    /// probability of the class that is predicted; it is Σ (n_b / n) |accuracy_b − mean probability_b| over
    /// the bins b.
    pub ece: f64,
    /// Share of images whose class is among the five most probable; `None` for ten classes or fewer,
    /// where it says little.
    pub top5: Option<f64>,
}

/// Images in a bin of probabilities.
#[derive(Default, Clone, Copy)]
struct Bin {
    right: f64,
    probability: f64,
}

impl Calibration {
    /// From logits, image by image, the class that is predicted of each and the right one.
    pub fn of(logits: &[f32], predicted: &[u16], labels: &[u16]) -> Self {
        let count = labels.len() as f64;
        let classes = logits.len() / labels.len().max(1);
        let mut bins = [Bin::default(); ECE_BINS];
        let (mut brier, mut among_five) = (0.0, 0);
        let images = logits.chunks_exact(classes.max(1));
        for ((logits, &predicted), &label) in images.zip(predicted).zip(labels) {
            let (predicted, label) = (usize::from(predicted), usize::from(label));
            let probabilities = softmax(logits);
            let squares: f64 = probabilities.iter().map(|p| p * p).sum();
            brier += squares - 2.0 * probabilities[label] + 1.0;
            let bin = &mut bins[bin(probabilities[predicted])];
            bin.right += f64::from(u8::from(predicted == label));
            bin.probability += probabilities[predicted];
            among_five += usize::from(rank(logits, label).is_some_and(|rank| rank < 5));
        }
        Self {
            brier: brier / count,
            ece: bins.iter().map(|bin| (bin.right - bin.probability).abs()).sum::<f64>() / count,
            top5: (classes > 10).then(|| among_five as f64 / count),
        }
    }
}

/// Bin b holds the probabilities in (b / 15, (b + 1) / 15].
fn bin(probability: f64) -> usize {
    ((probability * ECE_BINS as f64).ceil() as usize).clamp(1, ECE_BINS) - 1
}

fn softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> =
        logits.iter().map(|&logit| (f64::from(logit) - f64::from(largest)).exp()).collect();
    let total: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / total).collect()
}

/// How many classes come before this one, by falling logits and then by number; `None` where its logit is
/// no number.
fn rank(logits: &[f32], class: usize) -> Option<usize> {
    let own = logits[class];
    let before = |&(other, &logit): &(usize, &f32)| logit > own || (logit == own && other < class);
    (!own.is_nan()).then(|| logits.iter().enumerate().filter(before).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn scores_of_three_images_by_hand() {
        // Probabilities (3/4, 1/4), (1/4, 3/4) and (1/2, 1/2).
        let logits = [3f32.ln(), 0.0, 0.0, 3f32.ln(), 0.0, 0.0];
        let found = Calibration::of(&logits, &[0, 1, 0], &[0, 0, 1]);
        // 1/16 + 1/16, 9/16 + 9/16, 1/4 + 1/4.
        assert!((found.brier - (0.125 + 1.125 + 0.5) / 3.0).abs() < 1e-7, "{found:?}");
        // In the bin of 3/4 one of two is right; in that of 1/2 none of one.
        assert!((found.ece - (0.5 + 0.5) / 3.0).abs() < 1e-7, "{found:?}");
        assert_eq!(found.top5, None);
    }

    #[test]
    fn a_network_that_is_sure_and_right_has_no_error() {
        let found = Calibration::of(&[900.0, -900.0, -900.0, 900.0], &[0, 1], &[0, 1]);
        assert_eq!((found.brier, found.ece), (0.0, 0.0));
        let wrong = Calibration::of(&[900.0, -900.0], &[0], &[1]);
        assert!(near(wrong.brier, 2.0) && near(wrong.ece, 1.0));
    }

    #[test]
    fn bins_are_open_below_and_closed_above() {
        let cases =
            [(0.0, 0), (1e-9, 0), (0.999 / 15.0, 0), (1.001 / 15.0, 1), (0.99, 14), (1.0, 14)];
        for (probability, expected) in cases {
            assert_eq!(bin(probability), expected, "{probability}");
        }
    }

    #[test]
    fn top_five_of_eleven_classes_with_ties_by_number() {
        let mut logits: Vec<f32> = (0..11).map(|class| -(class as f32)).collect();
        let top5 = |logits: &[f32], label| Calibration::of(logits, &[0], &[label]).top5;
        assert_eq!((top5(&logits, 4), top5(&logits, 5)), (Some(1.0), Some(0.0)));
        logits[5] = logits[4];
        assert_eq!((top5(&logits, 4), top5(&logits, 5)), (Some(1.0), Some(0.0)));
        logits[4] = f32::NAN;
        assert_eq!(top5(&logits, 4), Some(0.0));
    }

    #[test]
    fn logits_that_are_no_numbers_give_none() {
        let found = Calibration::of(&[f32::NAN, 0.0], &[0], &[1]);
        assert!(found.brier.is_nan() && found.ece.is_nan());
    }
}

use chacha20::ChaCha8Rng;

use super::{NOMINAL, binomial, normal, row, share};
use crate::records::CurveRow;
use crate::verdict::ship::{self, Ship, Verdict};

const MARGIN: f64 = 0.5;

/// How an experiment is made.
#[derive(Clone, Copy)]
struct Truth {
    seeds: u64,
    /// Points by which networks differ from their parents, on all images and seeds there could be.
    ahead: f64,
    /// Deviation of that over the seeds.
    deviation: f64,
    /// Test images.
    images: usize,
    /// Whether rows count images.
    counted: bool,
}

const USUAL: Truth = Truth { seeds: 5, ahead: 0.0, deviation: 0.2, images: 10_000, counted: true };

/// Networks at these densities, all with the same truth.
///
/// 4 % of all images are in doubt: pruned networks may differ from their parents there and nowhere else. How
/// many of them are among the test images is chance, and the same for all seeds.
fn experiment(rng: &mut ChaCha8Rng, truth: Truth, densities: &[f64]) -> Vec<Ship> {
    const DOUBTFUL: f64 = 0.04;
    let doubtful = binomial(rng, truth.images, DOUBTFUL);
    let images = truth.images;
    let right = images - 4 * doubtful / 3;
    let mut rows = Vec::new();
    for seed in 1..=truth.seeds {
        rows.push(row("dense", "train", seed, 1.0, right as f64 / images as f64));
        for &density in densities {
            let ahead = normal(rng, truth.ahead, truth.deviation) / 100.0 / DOUBTFUL;
            // Of the images in doubt 40 % change; which way, decides who is ahead.
            let worse = ((0.4 - ahead) / 2.0).clamp(0.0, 1.0);
            let wrong = binomial(rng, doubtful, worse);
            let better = ((0.4 - worse) / (1.0 - worse)).clamp(0.0, 1.0);
            let gained = binomial(rng, doubtful - wrong, better);
            let accuracy = (right + gained - wrong) as f64 / images as f64;
            rows.push(CurveRow {
                test_images: truth.counted.then_some(images),
                newly_wrong: truth.counted.then_some(wrong),
                newly_right: truth.counted.then_some(gained),
                ..row("magnitude", "fine-tune", seed, density, accuracy)
            });
        }
    }
    ship::all(&rows, MARGIN)
}

/// How often any of the densities gets this verdict.
fn any(truth: Truth, densities: &[f64], verdict: Verdict) -> f64 {
    share(|rng| experiment(rng, truth, densities).iter().any(|ship| ship.verdict == verdict))
}

#[test]
fn a_network_that_loses_nothing_is_shipped_and_one_that_loses_much_is_not() {
    assert!(any(USUAL, &[0.1], Verdict::NonInferior) > 0.7);
    assert!(any(Truth { ahead: 0.3, ..USUAL }, &[0.1], Verdict::NonInferior) > 0.95);
    let much = Truth { ahead: -1.5, ..USUAL };
    assert!(any(much, &[0.1], Verdict::Inferior) > 0.95);
    assert_eq!(any(much, &[0.1], Verdict::NonInferior), 0.0);
}

#[test]
fn a_loss_of_the_margin_is_no_more_often_shipped_than_it_may_be() {
    let lossy = Truth { ahead: -MARGIN, images: 2000, ..USUAL };
    // By images alone, where there is one seed and what it lost is known.
    let images = any(Truth { seeds: 1, deviation: 1e-9, ..lossy }, &[0.1], Verdict::NonInferior);
    assert!(NOMINAL.contains(&images), "images: {images}");
    // By seeds alone, where their differences are larger than those of samples of images.
    let seeds =
        any(Truth { deviation: 0.6, counted: false, ..lossy }, &[0.1], Verdict::NonInferior);
    assert!((0.005..=0.045).contains(&seeds), "seeds: {seeds}");
    // By both, the less sure counts.
    let both = any(lossy, &[0.1], Verdict::NonInferior);
    assert!(both <= *NOMINAL.end(), "both: {both}");
}

#[test]
fn asking_at_many_densities_makes_no_more_mistakes() {
    let densities = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
    let lossy = Truth { ahead: -MARGIN, images: 2000, ..USUAL };
    let wrong = any(lossy, &densities, Verdict::NonInferior);
    assert!(wrong <= *NOMINAL.end(), "{wrong}");
    let images = Truth { seeds: 1, deviation: 1e-9, ..lossy };
    let wrong = any(images, &densities, Verdict::NonInferior);
    assert!(wrong <= *NOMINAL.end(), "images: {wrong}");
}

#[test]
fn too_few_seeds_are_told() {
    let few = Truth { seeds: 2, deviation: 0.4, ..USUAL };
    let told = share(|rng| {
        let ship = &experiment(rng, few, &[0.1])[0];
        ship.verdict == Verdict::Undecided && ship.difference.seeds() == 2
    });
    assert!(told > 0.8, "{told}");
    let ships: Vec<Ship> =
        (0..100).flat_map(|seed| experiment(&mut pruning::generator(seed), few, &[0.1])).collect();
    assert!(ships.iter().filter(|ship| ship.more_seeds.is_some()).count() > 50);
}

#[test]
fn a_seed_without_a_result_keeps_a_network_from_being_shipped() {
    let mut rng = pruning::generator(1);
    let good = Truth { ahead: 0.5, deviation: 0.01, ..USUAL };
    let ships = experiment(&mut rng, good, &[0.1]);
    assert_eq!(ships[0].verdict, Verdict::NonInferior);
    let parents = (1..=5).map(|seed| row("dense", "train", seed, 1.0, 0.95));
    let mut rows: Vec<CurveRow> = parents.chain(ships[0].rows.iter().cloned()).collect();
    rows[5].test_accuracy = None;
    let ships = ship::all(&rows, MARGIN);
    assert_eq!(ships[0].verdict, Verdict::Undecided);
    assert!(ships[0].missing().contains(&"results of 1 seeds".to_owned()));
}

use std::time::{Duration, Instant};

use burn::tensor::Tensor;
use models::Network;

/// How long passes are measured, and how many of each network at the least: short passes vary with
/// whatever else the machine does.
const TIME: Duration = Duration::from_secs(2);
const FEWEST: usize = 9;
/// Images in a pass, at the least.
const IMAGES: usize = 256;

/// The time of a forward pass through two networks, measured in turn, so that both meet the same
/// disturbances; the images are repeated where they are few.
pub(super) fn describe(before: &Network, after: &Network, images: &Tensor<4>) -> String {
    let images = images.clone().repeat_dim(0, IMAGES.div_ceil(images.dims()[0]));
    let time = |network: &Network| {
        let started = Instant::now();
        // Read back, since a device may compute later than it is asked to.
        let _ = network.forward(images.clone()).into_data();
        started.elapsed().as_secs_f64()
    };
    // The first pass of each is one to warm up.
    time(before);
    time(after);
    let started = Instant::now();
    let mut rounds = Vec::new();
    while rounds.len() < FEWEST || started.elapsed() < TIME {
        rounds.push((time(before), time(after)));
    }
    let sorted = |of: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (before, after, ratio) = (sorted(|r| r.0), sorted(|r| r.1), sorted(|r| r.0 / r.1));
    let part = |values: &[f64], quarter: usize| values[values.len() * quarter / 4];
    format!(
        "forward pass of {} images, measured here, median of {}: {:.2} ms before, {:.2} ms after; {:.2} times \
         as fast (middle half of the passes: {:.2} to {:.2})\n",
        images.dims()[0],
        rounds.len(),
        1e3 * part(&before, 2),
        1e3 * part(&after, 2),
        part(&ratio, 2),
        part(&ratio, 1),
        part(&ratio, 3)
    )
}

use std::time::{Duration, Instant};

use burn::tensor::Tensor;
use models::Network;

/// Passes of each network whose median counts.
const ROUNDS: usize = 9;

/// The time of a forward pass of the images through two networks, measured in turn.
pub(super) fn describe(before: &Network, after: &Network, images: &Tensor<4>) -> String {
    let time = |network: &Network| {
        let started = Instant::now();
        // Read back, since a device may compute later than it is asked to.
        let _ = network.forward(images.clone()).into_data();
        started.elapsed()
    };
    // The first pass of each is one to warm up.
    time(before);
    time(after);
    let rounds: Vec<_> = (0..ROUNDS).map(|_| (time(before), time(after))).collect();
    let (before, after): (Vec<_>, Vec<_>) = rounds.into_iter().unzip();
    let (before, after) = (median(before), median(after));
    format!(
        "forward pass of {} images, measured here, median of {ROUNDS}: {:.2} ms before, {:.2} ms after \
         ({:.2} times as fast)\n",
        images.dims()[0],
        1e3 * before,
        1e3 * after,
        before / after
    )
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

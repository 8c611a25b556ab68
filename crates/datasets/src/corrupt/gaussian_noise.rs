use chacha20::ChaCha8Rng;
use rand::RngExt;
use rand_distr::StandardNormal;

use super::picture::Picture;

/// Standard deviations, in parts of the range from black to white.
pub(super) const DEVIATIONS: [f64; 5] = [0.05, 0.1, 0.2, 0.3, 0.4];

/// Adds to every pixel of every channel a normal draw of this deviation.
pub(super) fn apply(picture: &Picture, deviation: f64, rng: &mut ChaCha8Rng) -> Picture {
    let noisy = picture.values.iter().map(|value| {
        let draw: f32 = rng.sample(StandardNormal);
        value + deviation as f32 * draw
    });
    Picture { shape: picture.shape, values: noisy.collect() }
}

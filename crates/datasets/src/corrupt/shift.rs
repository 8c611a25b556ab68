use chacha20::ChaCha8Rng;
use rand::RngExt;

use super::picture::Picture;

/// Lengths, in parts of the shorter side; on a diagonal along both sides.
pub(super) const LENGTHS: [f64; 5] = [1.0 / 28.0, 2.0 / 28.0, 3.0 / 28.0, 4.0 / 28.0, 5.0 / 28.0];

/// Along a side or a diagonal: columns to the right, rows down.
const DIRECTIONS: [(f32, f32); 8] = [
    (1.0, 0.0),
    (1.0, 1.0),
    (0.0, 1.0),
    (-1.0, 1.0),
    (-1.0, 0.0),
    (-1.0, -1.0),
    (0.0, -1.0),
    (1.0, -1.0),
];

/// Moves the picture in one of eight directions, each as likely; by whole pixels exactly.
pub(super) fn apply(picture: &Picture, length: f64, rng: &mut ChaCha8Rng) -> Picture {
    let (right, down) = DIRECTIONS[rng.random_range(0..DIRECTIONS.len())];
    let length = (length * picture.side()) as f32;
    picture.warped(|x, y| (x - length * right, y - length * down))
}

use chacha20::ChaCha8Rng;
use rand::RngExt;

use super::picture::Picture;

/// Angles in degrees.
pub(super) const DEGREES: [f64; 5] = [6.0, 12.0, 18.0, 24.0, 30.0];

/// Turns the picture about its middle, to the left or to the right, each as likely.
pub(super) fn apply(picture: &Picture, degrees: f64, rng: &mut ChaCha8Rng) -> Picture {
    let angle = if rng.random::<bool>() { degrees } else { -degrees };
    let (sine, cosine) = angle.to_radians().sin_cos();
    let (sine, cosine) = (sine as f32, cosine as f32);
    let middle = |size: usize| (size - 1) as f32 / 2.0;
    let (middle_x, middle_y) = (middle(picture.shape.width), middle(picture.shape.height));
    picture.warped(|x, y| {
        let (right, down) = (x - middle_x, y - middle_y);
        (middle_x + cosine * right + sine * down, middle_y - sine * right + cosine * down)
    })
}

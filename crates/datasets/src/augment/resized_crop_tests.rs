//! Tests of resized crops, against plain loops on the host.

use rand::SeedableRng;

use super::*;
use crate::Augmentation;

const SIZE: [usize; 4] = [16, 2, 6, 9];

fn pixels() -> Vec<f32> {
    (0..SIZE.iter().product::<usize>()).map(|i| (i * 7 % 101) as f32).collect()
}

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn reference(parts: &[Part]) -> Vec<f32> {
    let [_, channels, height, width] = SIZE;
    let pixels = pixels();
    let mut out = Vec::new();
    for (image, part) in parts.iter().enumerate() {
        for channel in 0..channels {
            let plane = &pixels[(image * channels + channel) * height * width..];
            for y in 0..height {
                for x in 0..width {
                    let x = if part.flip { width - 1 - x } else { x };
                    let (top, bottom, down) = between(y, part.top, part.height, height);
                    let (left, right, over) = between(x, part.left, part.width, width);
                    let line = |y: usize| {
                        let (a, b) = (plane[y * width + left], plane[y * width + right]);
                        a + (b - a) * over
                    };
                    out.push(line(top) + (line(bottom) - line(top)) * down);
                }
            }
        }
    }
    out
}

#[test]
fn equals_the_host() {
    for device in [Device::flex(), Device::flex().autodiff()] {
        let parts: Vec<_> = {
            let mut rng = rng(4);
            (0..SIZE[0]).map(|_| draw(SIZE[2], SIZE[3], true, &mut rng)).collect()
        };
        let images = Tensor::from_data(TensorData::new(pixels(), SIZE), &device);
        let augmentation =
            Augmentation { resized_crop: true, flip: true, ..Augmentation::default() };
        let out = augmentation.apply(images, &[0.0, 0.0], &mut rng(4));
        assert_eq!(out.dims(), SIZE);
        let out: Vec<f32> = out.into_data().try_into_vec().unwrap();
        for (found, expected) in out.iter().zip(reference(&parts)) {
            assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        }
    }
}

#[test]
fn the_whole_image_stays_as_it_is() {
    let whole = Part { top: 0, left: 0, height: SIZE[2], width: SIZE[3], flip: false };
    let images = Tensor::from_data(TensorData::new(pixels(), SIZE), &Device::flex());
    let out = apply(images, &[whole; 16]);
    assert_eq!(out.into_data().try_into_vec::<f32>().unwrap(), pixels());
}

#[test]
fn between_by_hand() {
    // Two pixels become four: their centres lie at -0.25, 0.25, 0.75 and 1.25.
    let found = [0, 1, 2, 3].map(|pixel| between(pixel, 5, 2, 4));
    assert_eq!(found, [(5, 6, 0.0), (5, 6, 0.25), (5, 6, 0.75), (6, 6, 0.0)]);
}

#[test]
fn parts_lie_within_the_image_and_have_the_shares_asked_for() {
    let mut rng = rng(1);
    let parts: Vec<_> = (0..4_000).map(|_| draw(64, 48, true, &mut rng)).collect();
    for part in &parts {
        assert!(part.top + part.height <= 64 && part.left + part.width <= 48, "{part:?}");
        let ratio = part.width as f64 / part.height as f64;
        assert!((0.68..1.45).contains(&ratio), "{part:?}");
    }
    let share = |part: &Part| (part.height * part.width) as f64 / (64.0 * 48.0);
    let mean = parts.iter().map(share).sum::<f64>() / 4_000.0;
    // Uniform on [0.08, 1], which would be 0.54, but of the largest ones many do not fit.
    assert!((0.41..0.48).contains(&mean), "{mean}");
    let flipped = parts.iter().filter(|part| part.flip).count();
    assert!(flipped.abs_diff(2_000) < 160, "{flipped}");
}

#[test]
fn the_draws_never_change() {
    // Golden: results stand on these draws. A change here makes all of them unrepeatable.
    let mut rng = rng(1);
    let parts = [(); 3].map(|()| draw(224, 224, true, &mut rng));
    assert_eq!(parts.map(|part| (part.top, part.left, part.height, part.width, part.flip)), GOLDEN);
}

const GOLDEN: [(usize, usize, usize, usize, bool); 3] =
    [(11, 54, 170, 133, true), (50, 39, 123, 139, true), (0, 0, 199, 224, false)];

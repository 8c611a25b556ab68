//! Tests of augmentation, against plain loops on the host.

use rand::SeedableRng;

use super::*;

const SIZE: [usize; 4] = [64, 2, 5, 7];
const BACKGROUND: [f32; 2] = [-0.5, -2.0];

/// Every pixel is another number, so a pixel out of place shows.
fn pixels() -> Vec<f32> {
    (0..SIZE.iter().product::<usize>()).map(|i| i as f32).collect()
}

fn on(device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(pixels(), SIZE), device)
}

fn reference(augmentation: Augmentation, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let [count, channels, height, width] = SIZE;
    let (pixels, pad) = (pixels(), augmentation.pad);
    let mut out = Vec::new();
    for image in 0..count {
        let crop = augmentation.draw(rng);
        for (channel, black) in BACKGROUND.iter().enumerate() {
            for y in 0..height {
                for x in 0..width {
                    let x = if crop.flip { width - 1 - x } else { x };
                    let inside = (pad..pad + height).contains(&(crop.top + y))
                        && (pad..pad + width).contains(&(crop.left + x));
                    out.push(if inside {
                        let row = (image * channels + channel) * height + crop.top + y - pad;
                        pixels[row * width + crop.left + x - pad]
                    } else {
                        *black
                    });
                }
            }
        }
    }
    out
}

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

#[test]
fn equals_the_host_bit_for_bit() {
    // The last margin is wider than the image.
    for pad in [0, 1, 4, 9] {
        for flip in [false, true] {
            let augmentation = Augmentation { pad, flip, ..Augmentation::default() };
            for device in [Device::flex(), Device::flex().autodiff()] {
                let out = augmentation.apply(on(&device), &BACKGROUND, &mut rng(3));
                assert_eq!(out.dims(), SIZE);
                assert!(!out.is_require_grad());
                let out = out.to_data().try_into_vec::<f32>().unwrap();
                let expected = match augmentation.is_none() {
                    true => pixels(),
                    false => reference(augmentation, &mut rng(3)),
                };
                assert_eq!(out, expected, "{augmentation:?}");
            }
        }
    }
}

#[test]
fn one_draw_an_image() {
    let augmentation = Augmentation { pad: 4, flip: true, ..Augmentation::default() };
    let (mut applied, mut drawn) = (rng(1), rng(1));
    augmentation.apply(on(&Device::flex()), &BACKGROUND, &mut applied);
    for _ in 0..SIZE[0] {
        augmentation.draw(&mut drawn);
    }
    assert_eq!(applied, drawn);

    let mut untouched = rng(1);
    Augmentation::default().apply(on(&Device::flex()), &BACKGROUND, &mut untouched);
    assert_eq!(untouched, rng(1));
}

#[test]
fn all_crops_and_both_sides_are_about_equally_frequent() {
    let augmentation = Augmentation { pad: 1, flip: true, ..Augmentation::default() };
    let mut rng = rng(1);
    let mut counts = [0_i32; 18];
    for _ in 0..18_000 {
        let Crop { top, left, flip } = augmentation.draw(&mut rng);
        counts[(top * 3 + left) * 2 + usize::from(flip)] += 1;
    }
    // Five standard deviations of a count with mean 1,000.
    assert!(counts.iter().all(|count| (count - 1_000).abs() < 155), "{counts:?}");
}

#[test]
fn the_draws_never_change() {
    // Golden: results stand on these draws. A change here makes all of them unrepeatable.
    let augmentation = Augmentation { pad: 4, flip: true, ..Augmentation::default() };
    let mut rng = rng(1);
    let crops = [(); 4].map(|()| augmentation.draw(&mut rng));
    assert_eq!(crops.map(|crop| (crop.top, crop.left, crop.flip)), GOLDEN);
}

const GOLDEN: [(usize, usize, bool); 4] = [(4, 8, false), (3, 5, true), (8, 7, true), (0, 6, true)];

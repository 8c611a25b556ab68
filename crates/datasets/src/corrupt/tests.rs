use super::*;
use crate::{DatasetName, ImageShape, Source, load};

/// What does nothing, in the unit of each corruption.
fn nothing(corruption: Corruption) -> f64 {
    if corruption == Corruption::Contrast { 1.0 } else { 0.0 }
}

/// Images with structure at every size: the digits as they are, and stretched to grey and colour ones.
fn sets() -> Vec<Images> {
    let digits = load(&Source::new(DatasetName::Digits)).unwrap().test;
    let digits = digits.subset(&(0..60).collect::<Vec<_>>());
    let grey = digits.fit(ImageShape::grey(28, 28)).unwrap();
    let large = digits.fit(ImageShape::grey(40, 32)).unwrap();
    let shape = ImageShape { channels: 3, ..large.shape() };
    // Three different channels: the image, its negative and a half of it.
    let planes = large.pixels().chunks_exact(shape.height * shape.width);
    let pixels = planes.flat_map(|plane| {
        let negative = plane.iter().map(|pixel| 255 - pixel);
        plane.iter().copied().chain(negative).chain(plane.iter().map(|pixel| pixel / 2))
    });
    let colour = Images::new(shape, pixels.collect(), large.labels().to_vec()).unwrap();
    vec![digits, grey, colour]
}

fn mean_error(a: &Images, b: &Images) -> f64 {
    let differences = a.pixels().iter().zip(b.pixels()).map(|(&a, &b)| f64::from(a.abs_diff(b)));
    differences.sum::<f64>() / a.pixels().len() as f64
}

#[test]
fn no_amount_changes_nothing() {
    for images in sets() {
        for &corruption in Corruption::ALL {
            assert_eq!(images.by(corruption, nothing(corruption), 1), images, "{corruption}");
        }
    }
}

#[test]
fn the_mean_error_grows_with_the_severity() {
    for images in sets() {
        for &corruption in Corruption::ALL {
            let error = |severity| mean_error(&images.corrupted(corruption, severity, 1), &images);
            let errors = Severity::ALL.map(error);
            // A blur of a hundredth of eight pixels is none.
            let is_fine = corruption != Corruption::Blur || images.shape().width > 8;
            assert!(errors[0] > 0.5 || !is_fine, "{corruption}: {errors:?}");
            let grows = errors.is_sorted_by(|a, b| a < b || !is_fine && a <= b);
            assert!(grows && errors[2] < errors[4], "{corruption}: {errors:?}");
        }
    }
}

#[test]
fn the_seed_and_the_place_of_an_image_decide() {
    let images = &sets()[1];
    for &corruption in Corruption::ALL {
        let corrupted = |images: &Images, seed| images.corrupted(corruption, Severity(3), seed);
        let all = corrupted(images, 1);
        assert_eq!(all, corrupted(images, 1), "{corruption}");
        let first: Vec<usize> = (0..7).collect();
        assert_eq!(all.subset(&first), corrupted(&images.subset(&first), 1), "{corruption}");
        let is_random = ![Corruption::Blur, Corruption::Contrast].contains(&corruption);
        assert_eq!(all != corrupted(images, 2), is_random, "{corruption}");
        assert_eq!(all.labels(), images.labels());
    }
}

#[test]
fn the_same_draws_serve_all_severities() {
    // A single bright pixel in the middle: where it goes tells the direction.
    let shape = ImageShape::grey(29, 29);
    let mut pixels = vec![0; shape.pixels()];
    pixels[14 * 29 + 14] = 255;
    let image = Images::new(shape, pixels.repeat(40), vec![0; 40]).unwrap();
    let place = |severity: u8, k: usize| {
        let moved = image.by(Corruption::Shift, f64::from(severity) / 29.0, 3);
        let plane = &moved.pixels()[k * shape.pixels()..][..shape.pixels()];
        let at = plane.iter().position(|&pixel| pixel == 255).unwrap() as i32;
        (at % 29 - 14, at / 29 - 14)
    };
    let mut seen = std::collections::BTreeSet::new();
    for k in 0..40 {
        let (right, down) = place(1, k);
        assert_eq!(place(4, k), (4 * right, 4 * down));
        seen.insert((right, down));
    }
    assert_eq!(seen.len(), 8, "all directions occur: {seen:?}");
}

#[test]
fn a_shift_by_whole_pixels_is_exact_and_repeats_the_edge() {
    let images = &sets()[1];
    for severity in Severity::ALL {
        let moved = images.corrupted(Corruption::Shift, severity, 1);
        let by = i32::from(severity.number());
        for (before, after) in
            images.pixels().chunks_exact(28 * 28).zip(moved.pixels().chunks_exact(28 * 28))
        {
            let is_moved = |(right, down): (i32, i32)| {
                (0..28 * 28).all(|at| {
                    let place = |at: i32, by: i32| (at - by).clamp(0, 27);
                    let from = place(at / 28, down * by) * 28 + place(at % 28, right * by);
                    after[at as usize] == before[from as usize]
                })
            };
            let directions = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (x, y)));
            assert!(directions.filter(|&way| way != (0, 0)).any(is_moved), "{severity}");
        }
    }
}

#[test]
fn a_quarter_turn_is_exact_and_both_ways_occur() {
    let images = &sets()[1];
    let turned = images.by(Corruption::Rotation, 90.0, 1);
    let mut ways = [0; 2];
    for (before, after) in
        images.pixels().chunks_exact(28 * 28).zip(turned.pixels().chunks_exact(28 * 28))
    {
        // The cosine of a quarter turn is 0 but for rounding.
        let is_near = |from: fn(usize, usize) -> usize| {
            (0..28 * 28).all(|at| after[at].abs_diff(before[from(at / 28, at % 28)]) <= 1)
        };
        let right = is_near(|row, column| (27 - column) * 28 + row);
        let left = is_near(|row, column| column * 28 + 27 - row);
        assert!(right || left);
        ways[usize::from(left)] += 1;
    }
    assert!(ways.iter().all(|&count| count > 15), "{ways:?}");
}

#[test]
fn noise_has_its_deviation_and_ends_at_black_and_white() {
    let grey = Images::new(ImageShape::grey(50, 50), vec![128; 50 * 50 * 8], vec![0; 8]).unwrap();
    let noisy = grey.corrupted(Corruption::GaussianNoise, Severity(2), 1);
    let values: Vec<f64> = noisy.pixels().iter().map(|&pixel| f64::from(pixel) / 255.0).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64;
    // Within four standard errors of a fifth of a thousandth, and of the deviation 0.1.
    assert!((mean - 128.0 / 255.0).abs() < 0.003, "{mean}");
    assert!((variance.sqrt() - 0.1).abs() < 0.002, "{}", variance.sqrt());
    let wild = grey.corrupted(Corruption::GaussianNoise, Severity(5), 1);
    let share = |value| wild.pixels().iter().filter(|&&p| p == value).count() as f64 / 20_000.0;
    // P(|N| > 0.5 / 0.4) is 0.21, half of it on each side.
    assert!((share(0) - 0.1056).abs() < 0.015 && (share(255) - 0.1056).abs() < 0.015);
}

#[test]
fn contrast_keeps_the_mean_of_a_channel_and_its_share_of_the_distance() {
    let shape = ImageShape { channels: 2, height: 1, width: 2 };
    let images = Images::new(shape, vec![100, 140, 0, 200], vec![0]).unwrap();
    let found = images.corrupted(Corruption::Contrast, Severity(2), 1);
    assert_eq!(found.pixels(), [110, 130, 50, 150]);
}

#[test]
fn a_blur_spreads_a_point_evenly_and_leaves_an_even_image_alone() {
    let shape = ImageShape::grey(33, 33);
    let mut pixels = vec![0; shape.pixels()];
    pixels[16 * 33 + 16] = 255;
    let point = Images::new(shape, pixels, vec![0]).unwrap();
    let found = point.by(Corruption::Blur, 1.0 / 33.0, 1);
    let at = |right: i32, down: i32| found.pixels()[((16 + down) * 33 + 16 + right) as usize];
    // 255 / 2π at the middle, for a kernel that sums up to 1.
    assert!((40..=41).contains(&at(0, 0)), "{}", at(0, 0));
    for (a, b) in [((1, 0), (0, -1)), ((2, 1), (-1, -2)), ((3, 0), (0, 3))] {
        assert_eq!(at(a.0, a.1), at(b.0, b.1));
    }
    let even = Images::new(shape, vec![77; shape.pixels()], vec![0]).unwrap();
    assert_eq!(even.corrupted(Corruption::Blur, Severity(5), 1), even);
}

#[test]
fn names_and_severities() {
    let names: Vec<_> = Corruption::ALL.iter().map(|corruption| corruption.as_str()).collect();
    assert_eq!(names, ["gaussian-noise", "blur", "contrast", "shift", "rotation"]);
    assert_eq!(Severity::new(0), None);
    assert_eq!(Severity::new(6), None);
    assert_eq!(Severity::ALL.map(|severity| Severity::new(severity.number())).len(), 5);
    assert!(Severity::ALL.iter().all(|&s| Severity::new(s.number()) == Some(s)));
}

/// Results stand on these draws: a change here makes all of them unrepeatable.
#[test]
fn draws_never_change() {
    let images = &sets()[0];
    let sums = Corruption::ALL.iter().map(|&corruption| {
        let corrupted = images.corrupted(corruption, Severity(3), 7);
        corrupted.pixels().iter().map(|&pixel| u64::from(pixel)).sum::<u64>()
    });
    assert_eq!(sums.collect::<Vec<_>>(), GOLDEN);
}

const GOLDEN: [u64; 5] = [323_390, 294_678, 294_764, 296_293, 306_701];

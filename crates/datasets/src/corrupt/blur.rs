use chacha20::ChaCha8Rng;

use super::picture::Picture;
use crate::ImageShape;

/// Standard deviations of the kernel, in parts of the shorter side.
pub(super) const DEVIATIONS: [f64; 5] = [0.015, 0.03, 0.045, 0.06, 0.08];

/// Weighs each pixel with its neighbours by a Gaussian kernel that ends at three deviations; beyond the
/// edge its pixels are repeated.
pub(super) fn apply(picture: &Picture, deviation: f64, _: &mut ChaCha8Rng) -> Picture {
    let kernel = kernel(deviation * picture.side());
    let ImageShape { height, width, .. } = picture.shape;
    let values = picture.planes().flat_map(|plane| {
        // Along the rows, turned over, along the columns that have become rows, and back.
        let rows = transposed(&along_rows(plane, width, &kernel), width);
        transposed(&along_rows(&rows, height, &kernel), height)
    });
    Picture { shape: picture.shape, values: values.collect() }
}

/// Weights that sum up to 1, an odd number of them.
fn kernel(deviation: f64) -> Vec<f32> {
    let reach = (3.0 * deviation).ceil() as i32;
    let weight = |offset: i32| match offset {
        // Also where there is no blur at all, and 0 / 0.
        0 => 1.0,
        _ => (-0.5 * (f64::from(offset) / deviation).powi(2)).exp(),
    };
    let total: f64 = (-reach..=reach).map(weight).sum();
    (-reach..=reach).map(|offset| (weight(offset) / total) as f32).collect()
}

fn along_rows(plane: &[f32], width: usize, kernel: &[f32]) -> Vec<f32> {
    let reach = kernel.len() / 2;
    let mut line = vec![0.0; width + 2 * reach];
    let mut out = vec![0.0; plane.len()];
    for (row, out) in plane.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        line[..reach].fill(row[0]);
        line[reach..reach + width].copy_from_slice(row);
        line[reach + width..].fill(row[width - 1]);
        for (offset, weight) in kernel.iter().enumerate() {
            let shifted = &line[offset..offset + width];
            out.iter_mut().zip(shifted).for_each(|(sum, value)| *sum += weight * value);
        }
    }
    out
}

fn transposed(plane: &[f32], width: usize) -> Vec<f32> {
    (0..width).flat_map(|x| plane.iter().skip(x).step_by(width).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_even_and_sums_up_to_one() {
        assert_eq!(kernel(0.0), [1.0]);
        let kernel = kernel(1.0);
        assert_eq!(kernel.len(), 7);
        assert!((kernel.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((0..3).all(|k| kernel[k] == kernel[6 - k] && kernel[k] < kernel[k + 1]));
        // e^(-1/2) between the middle and its neighbour.
        assert!((kernel[2] / kernel[3] - 0.606_530_66).abs() < 1e-6);
    }

    #[test]
    fn rows_and_columns_change_places() {
        assert_eq!(transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}

//! Changing the size of images: margins or interpolation.

use crate::ImageShape;

/// Brings `pixels`, images of `from`, to the size `to`; both have the same channels.
pub(crate) fn fit(pixels: &[u8], from: ImageShape, to: ImageShape) -> Vec<u8> {
    // Channels are independent of each other, so every plane is treated as an image of its own.
    let planes = pixels.chunks_exact(from.height * from.width);
    if from == to {
        pixels.to_vec()
    } else if is_margin(from.height, to.height) && is_margin(from.width, to.width) {
        let mut out = vec![0; planes.len() * to.height * to.width];
        for (plane, target) in planes.zip(out.chunks_exact_mut(to.height * to.width)) {
            pad(plane, from, target, to);
        }
        out
    } else {
        let rows = weights(from.height, to.height);
        let columns = weights(from.width, to.width);
        planes.flat_map(|plane| interpolate(plane, from.width, &rows, &columns)).collect()
    }
}

/// Whether margins bring `from` to `to`; beyond half of the size they would drown the image.
fn is_margin(from: usize, to: usize) -> bool {
    (from..=from + from / 2).contains(&to)
}

/// Copies `plane` into the middle of the black `target`; an odd margin is larger at the end.
fn pad(plane: &[u8], from: ImageShape, target: &mut [u8], to: ImageShape) {
    let top = (to.height - from.height) / 2;
    let left = (to.width - from.width) / 2;
    for (row, line) in plane.chunks_exact(from.width).enumerate() {
        let start = (top + row) * to.width + left;
        target[start..start + from.width].copy_from_slice(line);
    }
}

/// Where one pixel of the target lies between two of the source.
struct Between {
    low: usize,
    high: usize,
    /// Weight of `high`; `low` has the rest.
    share: f32,
}

/// For each target pixel along one axis, its neighbours in the source.
///
/// Centres of pixels lie at halves, as in PyTorch's `align_corners=False`; beyond the outermost
/// centres the border is repeated.
fn weights(from: usize, to: usize) -> Vec<Between> {
    let scale = from as f32 / to as f32;
    let last = (from - 1) as f32;
    (0..to)
        .map(|i| {
            let position = ((i as f32 + 0.5) * scale - 0.5).clamp(0.0, last);
            let low = position as usize;
            Between { low, high: (low + 1).min(from - 1), share: position - low as f32 }
        })
        .collect()
}

fn interpolate(plane: &[u8], width: usize, rows: &[Between], columns: &[Between]) -> Vec<u8> {
    let along = |line: &[u8], column: &Between| {
        let (low, high) = (f32::from(line[column.low]), f32::from(line[column.high]));
        low + (high - low) * column.share
    };
    let mut out = Vec::with_capacity(rows.len() * columns.len());
    for row in rows {
        let above = &plane[row.low * width..][..width];
        let below = &plane[row.high * width..][..width];
        out.extend(columns.iter().map(|column| {
            let (above, below) = (along(above, column), along(below, column));
            (above + (below - above) * row.share).round() as u8
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_are_black_and_even() {
        let from = ImageShape::grey(2, 4);
        let out = fit(&[1, 2, 3, 4, 5, 6, 7, 8], from, ImageShape::grey(3, 6));
        #[rustfmt::skip]
        let expected = [
            0, 1, 2, 3, 4, 0,
            0, 5, 6, 7, 8, 0,
            0, 0, 0, 0, 0, 0,
        ];
        assert_eq!(out, expected);
    }

    #[test]
    fn margins_up_to_half_of_the_size_and_interpolation_beyond() {
        // (from, to, margins)
        let cases = [(28, 32, true), (28, 42, true), (28, 43, false), (8, 28, false)];
        for (from, to, margins) in cases.into_iter().chain([(8, 32, false), (28, 14, false)]) {
            assert_eq!(is_margin(from, to), margins, "{from} to {to}");
        }
    }

    #[test]
    fn interpolation_between_centres_by_hand() {
        // Target centres lie at -0.25, 0.25, 0.75, 1.25 of the source's 0 and 1.
        let out = fit(&[0, 100], ImageShape::grey(1, 2), ImageShape::grey(1, 4));
        assert_eq!(out, [0, 25, 75, 100]);

        let out = fit(&[0, 100, 100, 200], ImageShape::grey(2, 2), ImageShape::grey(4, 4));
        #[rustfmt::skip]
        let expected = [
              0,  25,  75, 100,
             25,  50, 100, 125,
             75, 100, 150, 175,
            100, 125, 175, 200,
        ];
        assert_eq!(out, expected);
    }

    #[test]
    fn shrinking_by_hand() {
        // Target centres lie at 0.5 and 2.5.
        let out = fit(&[0, 10, 20, 30], ImageShape::grey(1, 4), ImageShape::grey(1, 2));
        assert_eq!(out, [5, 25]);
    }

    #[test]
    fn every_plane_is_its_own_image() {
        let from = ImageShape { channels: 2, height: 1, width: 1 };
        let to = ImageShape { width: 3, ..from };
        assert_eq!(fit(&[7, 9, 11, 13], from, to), [7, 7, 7, 9, 9, 9, 11, 11, 11, 13, 13, 13]);
    }
}

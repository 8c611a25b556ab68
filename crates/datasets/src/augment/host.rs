use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};

use super::Crop;

/// Whether tensors lie in the memory of the host.
pub(super) fn is_cpu(device: &Device) -> bool {
    // burn names no property of a device that tells it, and its enum has the variants of the features that
    // it is built with only.
    let name = format!("{device:?}");
    ["Device<Flex", "Device<NdArray"].iter().any(|cpu| name.starts_with(cpu))
}

/// The crops of images with margins of so many pixels, row by row: as tensor operations they take a gather with
/// an index of 64 bits for every pixel, which costs as much as a training step of a small network.
pub(super) fn apply(
    images: Tensor<4>,
    (crops, pad): (&[Crop], usize),
    background: &[f32],
) -> Tensor<4> {
    let (shape, device) = (images.dims(), images.device());
    let [_, channels, height, width] = shape;
    let data = images.into_data();
    let pixels: &[f32] = data.as_slice().expect("images are f32");
    let maps = pixels.chunks_exact(height * width);
    let mut out = Vec::with_capacity(pixels.len());
    for (index, map) in maps.enumerate() {
        let (crop, black) = (&crops[index / channels], background[index % channels]);
        // Where the map lies in the crop; beyond it is margin.
        let columns = inside(crop.left, pad, width);
        for y in crop.top..crop.top + height {
            let start = out.len();
            out.resize(start + width, black);
            if !columns.is_empty() && (pad..pad + height).contains(&y) {
                let row = &map[(y - pad) * width..][..width];
                let first = crop.left + columns.start - pad;
                let row = &row[first..first + columns.len()];
                out[start..][columns.clone()].copy_from_slice(row);
            }
            if crop.flip {
                out[start..].reverse();
            }
        }
    }
    Tensor::from_data(TensorData::new(out, shape), &device)
}

/// The columns of a crop that are not margin: it starts at `left` in the map with margins.
fn inside(left: usize, pad: usize, width: usize) -> Range<usize> {
    let start = pad.saturating_sub(left).min(width);
    start..(pad + width).saturating_sub(left).clamp(start, width)
}

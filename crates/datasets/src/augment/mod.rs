//! Random crops and flips, on the device.

mod resized_crop;

use burn::tensor::{Device, Int, Tensor, TensorData};
use chacha20::ChaCha8Rng;
use rand::RngExt;

/// The augmentation of images: margins and a random crop back to size, or a random part that is
/// stretched to size; and a random flip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Augmentation {
    /// Width of the black margin on each side, in pixels; the crop moves an image by as much.
    pub pad: usize,
    /// Whether to mirror left and right with probability 1/2.
    pub flip: bool,
    /// Whether a random part with 8 to 100 % of the area and sides of 3:4 to 4:3 takes the place of
    /// the image, stretched to its size. There are no margins then.
    pub resized_crop: bool,
}

/// What happens to one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crop {
    /// First row of the crop in the image with margins.
    pub(crate) top: usize,
    /// First column of the crop in the image with margins.
    pub(crate) left: usize,
    pub(crate) flip: bool,
}

impl Augmentation {
    /// Whether images stay as they are.
    pub fn is_none(&self) -> bool {
        self.pad == 0 && !self.flip && !self.resized_crop
    }

    /// Augments `images`, [images, channels, height, width], each on its own.
    ///
    /// `background` is the value of a black pixel in each channel, see
    /// [`Normalisation::background`](crate::Normalisation::background). One number an image is drawn
    /// from `rng`, in order, some more for a resized crop; none if [`is_none`](Self::is_none).
    ///
    /// # Panics
    ///
    /// If `background` has not one value for each channel.
    pub fn apply(&self, images: Tensor<4>, background: &[f32], rng: &mut ChaCha8Rng) -> Tensor<4> {
        let [count, channels, height, width] = images.dims();
        assert_eq!(background.len(), channels, "one background value a channel");
        if self.is_none() || count == 0 {
            return images;
        }
        if self.resized_crop {
            let draw = |_| resized_crop::draw(height, width, self.flip, rng);
            return resized_crop::apply(images, &(0..count).map(draw).collect::<Vec<_>>());
        }
        let crops = self.crops(count, rng);
        self.on_device(images, &crops, background)
    }

    /// The crops of the images, as tensor operations.
    fn on_device(&self, images: Tensor<4>, crops: &[Crop], background: &[f32]) -> Tensor<4> {
        let [count, channels, height, width] = images.dims();
        let sources = self.sources(crops, height, width, &images.device());
        let padded = self.with_margins(images, background);
        let [_, _, padded_height, padded_width] = padded.dims();
        padded
            .reshape([count, channels, padded_height * padded_width])
            .gather(2, sources.expand([count, channels, height * width]))
            .reshape([count, channels, height, width])
    }

    /// Whether it moves and mirrors, and computes no new pixels.
    pub(crate) fn crops_only(&self) -> bool {
        !self.resized_crop && !self.is_none()
    }

    /// What happens to each of so many images, where they are not resized.
    pub(crate) fn crops(&self, count: usize, rng: &mut ChaCha8Rng) -> Vec<Crop> {
        (0..count).map(|_| self.draw(rng)).collect()
    }

    /// One of all (2·pad + 1)² crops, and of both sides: one draw.
    fn draw(&self, rng: &mut ChaCha8Rng) -> Crop {
        let positions = 2 * self.pad + 1;
        let sides = 1 + usize::from(self.flip);
        let draw = rng.random_range(0..positions * positions * sides);
        Crop {
            top: draw / sides / positions,
            left: draw / sides % positions,
            flip: draw % sides == 1,
        }
    }

    fn with_margins(&self, images: Tensor<4>, background: &[f32]) -> Tensor<4> {
        if self.pad == 0 {
            return images;
        }
        let [count, channels, height, width] = images.dims();
        let (pad, device) = (self.pad, images.device());
        let black = Tensor::<1>::from_floats(background, &device).reshape([1, channels, 1, 1]);
        black
            .expand([count, channels, height + 2 * pad, width + 2 * pad])
            .slice_assign([0..count, 0..channels, pad..pad + height, pad..pad + width], images)
    }

    /// For each pixel of each crop its position in the image with margins, [images, 1, pixels].
    ///
    /// Only the first positions of rows and columns come from the host; the device adds them up.
    fn sources(
        &self,
        crops: &[Crop],
        height: usize,
        width: usize,
        device: &Device,
    ) -> Tensor<3, Int> {
        let count = crops.len();
        let stride = width + 2 * self.pad;
        let row = |&Crop { top, .. }: &Crop| (top..top + height).map(move |y| (y * stride) as i64);
        let column = |&Crop { left, flip, .. }: &Crop| {
            (0..width).map(move |x| (left + if flip { width - 1 - x } else { x }) as i64)
        };
        let rows: Vec<_> = crops.iter().flat_map(row).collect();
        let columns: Vec<_> = crops.iter().flat_map(column).collect();
        let rows = Tensor::<3, Int>::from_data(TensorData::new(rows, [count, height, 1]), device);
        let columns = TensorData::new(columns, [count, 1, width]);
        let columns = Tensor::<3, Int>::from_data(columns, device);
        (rows + columns).reshape([count, 1, height * width])
    }
}

#[cfg(test)]
mod tests;

//! From bytes to the numbers that a network takes.

use crate::Images;

/// Mean and standard deviation of each channel, for pixels scaled to the range 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalisation {
    /// One mean a channel.
    pub mean: Vec<f32>,
    /// One standard deviation a channel.
    pub std: Vec<f32>,
}

impl Normalisation {
    /// Mean and standard deviation of all pixels of each channel, from whole sums, so that nothing is
    /// rounded on the way. A channel of one value keeps its scale.
    pub fn of(images: &Images) -> Self {
        let shape = images.shape();
        let plane = shape.height * shape.width;
        let mut sums = vec![[0_u64; 2]; shape.channels];
        for (place, pixels) in images.pixels().chunks_exact(plane).enumerate() {
            let [sum, squares] = &mut sums[place % shape.channels];
            *sum += pixels.iter().map(|&pixel| u64::from(pixel)).sum::<u64>();
            *squares += pixels.iter().map(|&pixel| u64::from(pixel).pow(2)).sum::<u64>();
        }
        let count = (images.len() * plane) as f64;
        let statistics = |[sum, squares]: [u64; 2]| {
            let mean = sum as f64 / count;
            let variance = (squares as f64 / count - mean * mean).max(0.0);
            let std = if variance > 0.0 { variance.sqrt() } else { 255.0 };
            ((mean / 255.0) as f32, (std / 255.0) as f32)
        };
        let (mean, std) = sums.into_iter().map(statistics).unzip();
        Self { mean, std }
    }

    /// What `pixel` becomes in `channel`: (pixel / 255 − mean) / standard deviation.
    ///
    /// # Panics
    ///
    /// If there is no such channel.
    pub fn apply(&self, channel: usize, pixel: u8) -> f32 {
        (f32::from(pixel) / 255.0 - self.mean[channel]) / self.std[channel]
    }

    /// The value of a black pixel after normalisation, one a channel: what margins are filled with.
    pub fn background(&self) -> Vec<f32> {
        (0..self.mean.len()).map(|c| self.apply(c, 0)).collect()
    }

    /// All 256 values of one channel: a table look-up is as exact as the formula, and faster.
    pub(crate) fn table(&self, channel: usize) -> [f32; 256] {
        std::array::from_fn(|pixel| self.apply(channel, pixel as u8))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ImageShape;

    /// Mean and standard deviation of all pixels of grey images, in the range 0 to 1.
    pub(crate) fn statistics(images: &Images) -> (f64, f64) {
        let count = images.pixels().len() as f64;
        let scaled = || images.pixels().iter().map(|&p| f64::from(p) / 255.0);
        let mean = scaled().sum::<f64>() / count;
        let variance = scaled().map(|p| (p - mean).powi(2)).sum::<f64>() / count;
        (mean, variance.sqrt())
    }

    #[test]
    fn statistics_by_hand() {
        let shape = ImageShape { channels: 2, height: 1, width: 2 };
        let images = Images::new(shape, vec![0, 255, 9, 9, 0, 255, 9, 9], vec![0, 1]).unwrap();
        let Normalisation { mean, std } = Normalisation::of(&images);
        assert_eq!((mean[0], std[0]), (0.5, 0.5));
        assert_eq!((mean[1], std[1]), (9.0 / 255.0, 1.0));
    }

    #[test]
    fn formula_by_hand() {
        let normalisation = Normalisation { mean: vec![0.5, 0.0], std: vec![0.25, 2.0] };
        assert_eq!(normalisation.background(), [-2.0, 0.0]);
        assert_eq!(normalisation.apply(0, 255), 2.0);
        assert_eq!(normalisation.table(1)[255], 0.5);
    }
}

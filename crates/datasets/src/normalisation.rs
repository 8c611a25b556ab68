//! From bytes to the numbers that a network takes.

/// Mean and standard deviation of each channel, for pixels scaled to the range 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalisation {
    /// One mean a channel.
    pub mean: Vec<f32>,
    /// One standard deviation a channel.
    pub std: Vec<f32>,
}

impl Normalisation {
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
    use crate::Images;

    /// Mean and standard deviation of all pixels of grey images, in the range 0 to 1.
    pub(crate) fn statistics(images: &Images) -> (f64, f64) {
        let count = images.pixels().len() as f64;
        let scaled = || images.pixels().iter().map(|&p| f64::from(p) / 255.0);
        let mean = scaled().sum::<f64>() / count;
        let variance = scaled().map(|p| (p - mean).powi(2)).sum::<f64>() / count;
        (mean, variance.sqrt())
    }

    #[test]
    fn formula_by_hand() {
        let normalisation = Normalisation { mean: vec![0.5, 0.0], std: vec![0.25, 2.0] };
        assert_eq!(normalisation.background(), [-2.0, 0.0]);
        assert_eq!(normalisation.apply(0, 255), 2.0);
        assert_eq!(normalisation.table(1)[255], 0.5);
    }
}

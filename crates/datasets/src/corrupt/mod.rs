//! Images made worse, to see how a network bears it.
//!
//! Five corruptions of the kinds that ImageNet-C has (Hendrycks & Dietterich 2019, arXiv 1903.12261). The
//! amounts are this program's own: accuracies under them are no figures of that benchmark. They are given as
//! shares of the pixels' range or of the image's side, so that they mean the same for images of any size (of 8x8
//! pixels the two mildest blurs leave every byte as it is):
//!
//! | corruption | amount at severity 1 to 5 |
//! |---|---|
//! | `gaussian-noise` | standard deviation, in parts of the range from black to white: 0.05, 0.1, 0.2, 0.3, 0.4 |
//! | `blur` | standard deviation of a Gaussian kernel, in parts of the shorter side: 0.015, 0.03, 0.045, 0.06, 0.08 |
//! | `contrast` | what is left of each pixel's distance from its channel's mean: 0.75, 0.5, 0.35, 0.25, 0.15 |
//! | `shift` | length, in parts of the shorter side: 1/28 to 5/28, as many pixels of an image of 28x28 as the severity |
//! | `rotation` | angle, in degrees: 6, 12, 18, 24, 30 |
//!
//! What is random in them, the noise and the directions of shifts and rotations, is drawn for each image from
//! a seed and the image's place in its set, and is the same at all severities. Nothing else has a part in it, so
//! that all networks see the same corrupted images.

mod blur;
mod contrast;
mod gaussian_noise;
mod picture;
mod rotation;
mod shift;
#[cfg(test)]
mod tests;

use std::fmt;

use chacha20::ChaCha8Rng;
use rand::SeedableRng;

use crate::Images;
use picture::Picture;

/// A way to make images worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Corruption {
    /// Independent normal noise on every pixel of every channel.
    GaussianNoise,
    /// A Gaussian blur.
    Blur,
    /// Less contrast.
    Contrast,
    /// A shift along a side or a diagonal, drawn for each image.
    Shift,
    /// A rotation about the middle, to the left or to the right, drawn for each image.
    Rotation,
}

/// What a corruption does to a picture by some amount.
type Apply = fn(&Picture, f64, &mut ChaCha8Rng) -> Picture;

impl Corruption {
    /// Every corruption.
    pub const ALL: &[Self] =
        &[Self::GaussianNoise, Self::Blur, Self::Contrast, Self::Shift, Self::Rotation];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GaussianNoise => "gaussian-noise",
            Self::Blur => "blur",
            Self::Contrast => "contrast",
            Self::Shift => "shift",
            Self::Rotation => "rotation",
        }
    }

    /// What it does, in a line.
    pub fn summary(self) -> &'static str {
        match self {
            Self::GaussianNoise => "normal noise of deviation 0.05 to 0.4, black to white being 1",
            Self::Blur => "Gaussian blur of deviation 1.5 to 8 % of the side",
            Self::Contrast => "0.75 to 0.15 of the contrast",
            Self::Shift => "shift by 1/28 to 5/28 of the side, the edge repeated",
            Self::Rotation => "rotation by 6 to 30 degrees, the edge repeated",
        }
    }

    /// How much of it there is at a severity, in the unit that the table of this room has.
    pub fn amount(self, severity: Severity) -> f64 {
        let amounts = match self {
            Self::GaussianNoise => gaussian_noise::DEVIATIONS,
            Self::Blur => blur::DEVIATIONS,
            Self::Contrast => contrast::FACTORS,
            Self::Shift => shift::LENGTHS,
            Self::Rotation => rotation::DEGREES,
        };
        amounts[usize::from(severity.0 - 1)]
    }

    fn apply(self) -> Apply {
        match self {
            Self::GaussianNoise => gaussian_noise::apply,
            Self::Blur => blur::apply,
            Self::Contrast => contrast::apply,
            Self::Shift => shift::apply,
            Self::Rotation => rotation::apply,
        }
    }
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How bad a corruption is: 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Severity(u8);

impl Severity {
    /// From the mildest to the worst.
    pub const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];

    /// The severity of this number; `None` for others than 1 to 5.
    pub fn new(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.0 == number)
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Images {
    /// The same images, corrupted; pixels stay between black and white and are rounded to bytes.
    ///
    /// What happens to the k-th image follows from the seed and k alone.
    #[must_use]
    pub fn corrupted(&self, corruption: Corruption, severity: Severity, seed: u64) -> Self {
        self.by(corruption, corruption.amount(severity), seed)
    }

    fn by(&self, corruption: Corruption, amount: f64, seed: u64) -> Self {
        let (shape, apply) = (self.shape(), corruption.apply());
        let images = self.pixels().chunks_exact(shape.pixels()).zip(0..);
        let pixels = images.flat_map(|(pixels, place)| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            // Every image has a stream of its own under the same key.
            rng.set_stream(place);
            apply(&Picture::of(pixels, shape), amount, &mut rng).into_bytes()
        });
        let pixels = pixels.collect();
        Self::new(shape, pixels, self.labels().to_vec()).expect("the sizes are what they were")
    }
}

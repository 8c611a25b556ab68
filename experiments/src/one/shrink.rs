use std::path::PathBuf;

use burn::tensor::{Device, Tensor};
use clap::Args;
use models::{Network, Shape};
use rand::RngExt;

use super::arguments::NetworkArguments;
use super::points::{PointArguments, Points};
use super::{timing, widths};
use crate::error::Error;

/// `experiments shrink`.
#[derive(Debug, Args)]
pub struct Shrink {
    #[command(flatten)]
    network: NetworkArguments,
    #[command(flatten)]
    points: PointArguments,
    /// Where to write the small network's weights, with PyTorch's names and layout
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Random images where no points are given.
const COUNT: usize = 256;

impl Shrink {
    /// Writes the small network; a table of what is left, and how both compare.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let device = self.network.device()?;
        let points = self.points.load(&self.network, &device)?;
        let shape = self.network.input(points.as_ref().map(Points::shape))?;
        let pruned = self.network.load(shape, &device)?;
        let shrunk = pruned.shrink();
        shrunk.network.save(&self.out)?;
        let mut text = widths::describe(pruned.architecture(), &shrunk);
        let (images, what) = match points {
            Some(points) => (points.images, "points"),
            None => (random(shape, self.points.seed, &device), "random images"),
        };
        let count = images.dims()[0];
        let (difference, largest) = difference(&pruned, &shrunk.network, &images);
        text.push_str(&format!(
            "largest change of a logit on {count} {what}: {difference:.1e}, largest logit {largest:.3}\n"
        ));
        text.push_str(&timing::describe(&pruned, &shrunk.network, &images));
        text.push_str(&format!("weights in {}\n", self.out.display()));
        Ok(text)
    }
}

/// The largest difference between logits of the two, and the largest logit of the first.
fn difference(a: &Network, b: &Network, images: &Tensor<4>) -> (f32, f32) {
    let (a, b) = (a.forward(images.clone()), b.forward(images.clone()));
    let largest = a.clone().abs().max().into_scalar::<f32>();
    ((a - b).abs().max().into_scalar::<f32>(), largest)
}

/// Independent pixels of mean 0 and variance 1.
fn random([channels, height, width]: Shape, seed: u64, device: &Device) -> Tensor<4> {
    let mut rng = pruning::generator(seed);
    let end = 3.0_f32.sqrt();
    let pixels = (0..COUNT * channels * height * width).map(|_| rng.random_range(-end..end));
    let pixels: Vec<f32> = pixels.collect();
    let flat = Tensor::<1>::from_data(pixels.as_slice(), device);
    flat.reshape([COUNT, channels, height, width])
}

use std::path::PathBuf;
use std::time::Duration;

use burn::tensor::Tensor;
use clap::Args;
use models::Network;

use super::arguments::NetworkArguments;
use super::points::{PointArguments, Points};
use super::{images, timing, widths};
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
    /// Do not measure how much faster the small network is
    #[arg(long)]
    no_timing: bool,
}

/// How long passes are timed, and of how many images at the least.
const TIME: Duration = Duration::from_secs(2);
const IMAGES: usize = 256;

impl Shrink {
    /// Writes the small network; a table of what is left, and how both compare.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let device = self.network.open()?.device;
        let points = self.points.load(&self.network, &device)?;
        let shape = self.network.input(points.as_ref().map(Points::shape))?;
        let pruned = self.network.load(shape, self.points.seed, &device)?;
        let shrunk = pruned.shrink();
        shrunk.network.save(&self.out)?;
        let mut text = widths::describe(pruned.architecture(), &shrunk);
        let (points, what) = match points {
            Some(points) => (points.images, "points"),
            None => (images::random(shape, self.points.seed, &device), "random images"),
        };
        let count = points.dims()[0];
        let (difference, largest) = images::difference(&pruned, &shrunk.network, &points);
        text.push_str(&format!(
            "largest change of a logit on {count} {what}: {difference:.1e}, largest logit {largest:.3}\n"
        ));
        if !self.no_timing {
            text.push_str(&speed(&pruned, &shrunk.network, &points));
        }
        text.push_str(&format!("weights in {}\n", self.out.display()));
        Ok(text)
    }
}

/// The time of a forward pass through both networks, measured in turn; the images are repeated where
/// they are few.
fn speed(before: &Network, after: &Network, images: &Tensor<4>) -> String {
    let images = images.clone().repeat_dim(0, IMAGES.div_ceil(images.dims()[0]));
    // Read back, since a device may compute later than it is asked to.
    let pass = |network: &Network| drop(network.forward(images.clone()).into_data());
    let rounds = timing::in_turn(TIME, [&mut || pass(before), &mut || pass(after)]);
    let ([before, after], ratio) = (rounds.seconds(), rounds.ratio(0, 1));
    format!(
        "forward pass of {} images, measured here, median of {}: {:.2} ms before, {:.2} ms after; {:.2} times \
         as fast (middle half of the passes: {:.2} to {:.2})\n",
        images.dims()[0],
        rounds.len(),
        1e3 * before.median,
        1e3 * after.median,
        ratio.median,
        ratio.lower,
        ratio.upper
    )
}

use std::collections::BTreeMap;
use std::path::PathBuf;

use burn::tensor::Tensor;
use clap::Args;
use models::tensors::{self, HostTensor};
use models::{Network, Shape};
use pruning::{Mask, Subject};

use super::arguments::{BoundArguments, MethodArguments, NetworkArguments};
use super::points::{PointArguments, Points};
use crate::error::Error;

/// `experiments score`.
#[derive(Debug, Args)]
pub struct Score {
    #[command(flatten)]
    network: NetworkArguments,
    #[command(flatten)]
    points: PointArguments,
    #[command(flatten)]
    method: MethodArguments,
    #[command(flatten)]
    bounds: BoundArguments,
    /// Where to write the scores: a tensor `<layer>` for each layer, in the weight's shape
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Score {
    /// Writes the scores; a line about them.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let subject = Dense::load(&self.network, &self.points, &self.method)?;
        let pruner = self.method.build(&self.bounds)?;
        let mut rng = pruning::generator(self.points.seed);
        let examined = pruner.examine(subject.subject(), &mut rng)?;
        let layers = subject.network.architecture().layers().iter().zip(examined.scores().layers());
        let tensors: BTreeMap<String, HostTensor> = layers
            .map(|(layer, scores)| {
                let tensor = HostTensor { shape: layer.torch_shape(), values: scores.clone() };
                (layer.name.clone(), tensor)
            })
            .collect();
        tensors::write(&self.out, &tensors)?;
        Ok(format!(
            "{} scores of {} weights over {} points in {}\n",
            self.method.method,
            Mask::full(subject.network.architecture()).total(),
            subject.images.dims()[0],
            self.out.display()
        ))
    }
}

/// A dense network and its points.
pub(super) struct Dense {
    pub(super) network: Network,
    /// None of them, for methods that need none and if none were named.
    pub(super) images: Tensor<4>,
    pub(super) points: Option<Points>,
}

impl Dense {
    pub(super) fn load(
        network: &NetworkArguments,
        points: &PointArguments,
        method: &MethodArguments,
    ) -> Result<Self, Error> {
        /// For networks that take images of any shape, where no image tells it.
        const MNIST: Shape = [1, 28, 28];
        let device = network.device()?;
        let points = points.load(network, &device)?;
        if points.is_none() && method.entry()?.needs_points {
            return Err(Error::Usage(format!(
                "method \"{}\" looks at points; give --points FILE, or --dataset NAME",
                method.method
            )));
        }
        let shape = points.as_ref().map_or(MNIST, Points::shape);
        let network = network.load(network.input(shape)?, &device)?;
        let images = points
            .as_ref()
            .map_or_else(|| Tensor::empty([0, 1, 1, 1], &device), |points| points.images.clone());
        Ok(Self { network, images, points })
    }

    pub(super) fn subject(&self) -> Subject<'_> {
        Subject { network: &self.network, images: &self.images }
    }
}

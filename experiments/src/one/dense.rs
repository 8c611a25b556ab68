use burn::tensor::Tensor;
use clap::Args;
use models::{Network, Shape};
use pruning::{Pruner, Subject};

use super::arguments::{BoundArguments, MethodArguments, NetworkArguments};
use super::points::{PointArguments, Points};
use crate::error::Error;

/// A dense network, points, and the method that looks at them.
#[derive(Debug, Args)]
pub(super) struct DenseArguments {
    #[command(flatten)]
    network: NetworkArguments,
    #[command(flatten)]
    pub(super) points: PointArguments,
    #[command(flatten)]
    pub(super) method: MethodArguments,
    #[command(flatten)]
    pub(super) bounds: BoundArguments,
}

impl DenseArguments {
    /// The method first: what is wrong with it is known before any file is read.
    pub(super) fn load(&self) -> Result<(Box<dyn Pruner>, Dense), Error> {
        Ok((self.method.build(&self.bounds)?, Dense::load(self)?))
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
    fn load(arguments: &DenseArguments) -> Result<Self, Error> {
        /// For networks that take images of any shape, where no image tells it.
        const MNIST: Shape = [1, 28, 28];
        let DenseArguments { network, points, method, .. } = arguments;
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

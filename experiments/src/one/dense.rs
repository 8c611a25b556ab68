use std::path::PathBuf;

use burn::tensor::{Int, Tensor};
use clap::Args;
use models::Network;
use pruning::methods::Needs;
use pruning::{Density, Mask, Measure, Pruned, Pruner, Subject};

use super::arguments::{NetworkArguments, load_other};
use super::method::{BoundArguments, MethodArguments};
use super::points::{PointArguments, Points};
use crate::device::Opened;
use crate::error::Error;

/// A dense network, points, and the method that looks at them.
#[derive(Debug, Args)]
pub(super) struct DenseArguments {
    #[command(flatten)]
    pub(super) network: NetworkArguments,
    #[command(flatten)]
    pub(super) points: PointArguments,
    #[command(flatten)]
    pub(super) method: MethodArguments,
    #[command(flatten)]
    pub(super) bounds: BoundArguments,
    /// The weights before training, for methods that look at what training has changed
    #[arg(long, value_name = "FILE")]
    initial: Option<PathBuf>,
}

impl DenseArguments {
    /// The method first: what is wrong with it is known before any file is read.
    pub(super) fn load(&self) -> Result<(Box<dyn Pruner>, Dense), Error> {
        let pruner = self.method.build(&self.bounds)?;
        Ok((pruner, Dense::load(self, self.method.entry()?.needs)?))
    }

    /// A network that is pruned already: no method looks at it.
    pub(super) fn load_as_it_is(&self) -> Result<Dense, Error> {
        Dense::load(self, Needs::NOTHING)
    }

    /// What the method keeps of the network at this density.
    pub(super) fn prune(
        &self,
        pruner: &dyn Pruner,
        dense: &Dense,
        density: Density,
    ) -> Result<Pruned, Error> {
        let architecture = dense.network.architecture();
        let everything = Mask::full(architecture);
        let budget = density.budget(match self.method.measure()? {
            Measure::Parameters => everything.total(),
            Measure::MultiplyAdds => architecture.multiply_adds(),
        });
        let mut rng = pruning::generator(self.points.seed);
        let allocation = self.method.allocation(architecture)?;
        let subject = dense.subject();
        Ok(pruning::prune(pruner, subject, allocation, &everything, budget, &mut rng)?)
    }
}

/// A density from the command line.
pub(super) fn density(keep: f64) -> Result<Density, Error> {
    Density::new(keep).map_err(|error| Error::Usage(format!("--keep {keep}: {error}")))
}

/// A dense network and its points.
pub(super) struct Dense {
    pub(super) network: Network,
    /// What computes.
    pub(super) opened: Opened,
    /// None of them, for methods that need none and if none were named.
    pub(super) images: Tensor<4>,
    pub(super) points: Option<Points>,
    /// The class of each point, where it is known.
    labels: Option<Tensor<1, Int>>,
    /// The network before training, if it was named.
    initial: Option<Network>,
}

impl Dense {
    fn load(arguments: &DenseArguments, needs: Needs) -> Result<Self, Error> {
        let DenseArguments { network, points, method, initial, .. } = arguments;
        let opened = network.open()?;
        let device = opened.device.clone();
        let points = points.load(network, &device)?;
        let labels = points.as_ref().and_then(|points| points.labels.clone());
        let missing = [
            (needs.points && points.is_none(), "points; give --points FILE, or --dataset NAME"),
            (needs.labels && labels.is_none(), "the points' classes; add `labels` to the file"),
            (needs.initial && initial.is_none(), "the initial weights; give --initial FILE"),
        ];
        if let Some((_, what)) = missing.into_iter().find(|(is_missing, _)| *is_missing) {
            return Err(Error::Usage(format!("method \"{}\" looks at {what}", method.method)));
        }
        let shape = network.input(points.as_ref().map(Points::shape))?;
        let network = network.load(shape, arguments.points.seed, &device)?;
        let initial =
            initial.as_ref().map(|file| load_other(file, network.architecture(), &device));
        let initial = initial.transpose()?;
        let labels = labels.map(|labels| Tensor::<1, Int>::from_data(labels.as_slice(), &device));
        let images = points
            .as_ref()
            .map_or_else(|| Tensor::empty([0, 1, 1, 1], &device), |points| points.images.clone());
        Ok(Self { network, opened, images, points, labels, initial })
    }

    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            network: &self.network,
            images: &self.images,
            labels: self.labels.as_ref(),
            initial: self.initial.as_ref(),
        }
    }
}

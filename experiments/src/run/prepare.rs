use burn::tensor::Device;
use datasets::Dataset;
use models::{Architecture, Network, zoo};
use pruning::{Budget, Density, Mask, Measure};

use super::fits;
use super::steps::Recorded;
use super::survivors::Moments;
use crate::config::{Compute, Experiment, Precision, Retraining};
use crate::data::Data;
use crate::device::Opened;
use crate::error::Error;
use crate::plan::{Kind, Run, plan};
use crate::step::Step;

/// An experiment with its data at hand: ready to run.
#[derive(Debug)]
pub struct Prepared {
    /// The checked configuration.
    pub experiment: Experiment,
    /// The network's description, for the data's classes.
    pub architecture: Architecture,
    /// The network that all start from, where that is not drawn.
    pub given: Option<Network>,
    /// The images.
    pub data: Data,
    /// Where they are.
    pub device: Device,
    /// Whose device that is.
    pub opened: Opened,
    /// The runs.
    pub runs: Vec<Run>,
    /// What `auto` has chosen when some of them were done before, in place of a choice.
    pub recorded: Recorded,
}

impl Prepared {
    /// Iterations of one training of this run: 0 for no retraining, less for a late rewind.
    pub fn iterations(&self, run: &Run) -> usize {
        self.length(run.kind, run.rewind_to)
    }

    /// Iterations of the second copies of one training of this run, for its stability: a dense network is
    /// trained again from its beginning for each moment that tickets go back to.
    pub fn second_iterations(&self, run: &Run) -> usize {
        let Experiment { stability, rewind_to, .. } = &self.experiment;
        match run.kind {
            _ if !stability || !run.kind.has_stability() => 0,
            Kind::Parent => rewind_to.len() * self.iterations(run),
            Kind::Survivors { .. } => self.iterations(run),
        }
    }

    /// Iterations of all trainings of this run.
    pub fn all_iterations(&self, run: &Run) -> usize {
        run.trainings() * (self.iterations(run) + self.second_iterations(run))
    }

    /// A moment in iterations.
    pub(super) fn moment(&self, moment: Step) -> usize {
        moment.iterations(self.data.batches_per_epoch(self.experiment.train.batch_size))
    }

    /// What is rewound goes back to this moment, or to the beginning.
    pub(super) fn length(&self, kind: Kind, rewind_to: Option<Step>) -> usize {
        let Experiment { train, retrain, .. } = &self.experiment;
        let per_epoch = self.data.batches_per_epoch(train.batch_size);
        match kind {
            Kind::Parent => train.length.iterations(per_epoch),
            Kind::Survivors { retraining: Retraining::None, .. } => 0,
            Kind::Survivors { retraining, .. } if retraining.is_rewound() => {
                let since = rewind_to.map_or(0, |moment| moment.iterations(per_epoch));
                retrain.length.iterations(per_epoch) - since
            }
            Kind::Survivors { .. } => retrain.length.iterations(per_epoch),
        }
    }

    /// When the gradual schedule prunes: from `begin`, `every` so often, and last at `end`, or at three
    /// quarters of the retraining.
    pub(super) fn gradual(&self) -> Moments {
        let Experiment { train, retrain, gradual, .. } = &self.experiment;
        let per_epoch = self.data.batches_per_epoch(train.batch_size);
        let length = retrain.length.iterations(per_epoch);
        Moments {
            begin: gradual.begin.iterations(per_epoch),
            end: gradual.end.map_or(length * 3 / 4, |end| end.iterations(per_epoch)),
            every: gradual.every.iterations(per_epoch),
        }
    }

    /// What may stay at a density: weights, or what the budget of channels counts.
    pub(super) fn budget(&self, density: Density) -> Budget {
        density.budget(match self.experiment.measure {
            Measure::Parameters => self.architecture.prunable_weights(),
            Measure::MultiplyAdds => self.architecture.multiply_adds(),
        })
    }

    /// What a mask keeps of it.
    pub(super) fn size(&self, mask: &Mask) -> usize {
        match self.experiment.measure {
            Measure::Parameters => mask.kept(),
            Measure::MultiplyAdds => mask.multiply_adds(&self.architecture),
        }
    }
}

/// Loads the data, builds the network's description and lays out the runs.
///
/// # Errors
/// When the backend or the data are not to be had, or the network does not fit them.
pub fn prepare(experiment: Experiment) -> Result<Prepared, Error> {
    let opened = experiment.device.open()?;
    tracing::debug!("backend {}", opened.describe());
    fits::precision(&experiment, &opened)?;
    let dataset = datasets::load(&experiment.source)?;
    let architecture = architecture(&experiment, &dataset)?;
    let given = experiment.weights.as_ref();
    let given = given
        .map(|file| Network::load(architecture.clone(), &file.path, &opened.device))
        .transpose()?;
    let data = Data::new(dataset, &architecture, &experiment, &opened.device)?;
    let mut experiment = experiment;
    // Rows, ids and the folder's configuration name the backend that computes, never "auto".
    experiment.device.backend = opened.backend.name.to_owned();
    experiment.resolved.backend = experiment.device.backend.clone();
    if opened.backend.is_gpu || experiment.train.precision != Precision::Full {
        // Sparse steps are done on the CPU, in 32 bits.
        for recipe in [&mut experiment.train, &mut experiment.retrain] {
            recipe.compute = match recipe.compute {
                Compute::Auto => Compute::Dense,
                compute => compute,
            };
        }
    }
    if let Some(densities) = experiment.ladder.densities(&architecture, &experiment.rates)? {
        experiment.densities = densities;
    }
    fits::moments(&experiment, &data)?;
    let runs = plan(&experiment, &data.identity);
    let (device, recorded) = (opened.device.clone(), Recorded::new());
    let prepared =
        Prepared { experiment, architecture, given, data, device, opened, runs, recorded };
    fits::gradual(&prepared)?;
    fits::left_out(&prepared)?;
    Ok(prepared)
}

fn architecture(experiment: &Experiment, dataset: &Dataset) -> Result<Architecture, Error> {
    let shape = dataset.train.shape();
    let input = [shape.channels, shape.height, shape.width];
    let request = zoo::Request { input, classes: dataset.classes, ..experiment.network.clone() };
    Ok(zoo::architecture(&request)?)
}

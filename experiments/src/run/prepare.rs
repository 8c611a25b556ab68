use burn::tensor::Device;
use datasets::Dataset;
use models::{Architecture, Network, zoo};
use pruning::{Budget, Density, Mask, Measure};

use super::steps::Recorded;
use super::survivors::Moments;
use crate::config::{Compute, Experiment, Precision, Retraining, Timing};
use crate::data::Data;
use crate::device::Opened;
use crate::error::{Error, Problem};
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
    fn length(&self, kind: Kind, rewind_to: Option<Step>) -> usize {
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
    check_precision(&experiment, &opened)?;
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
    check_moments(&experiment, &data)?;
    let runs = plan(&experiment, &data.identity);
    let (device, recorded) = (opened.device.clone(), Recorded::new());
    let prepared =
        Prepared { experiment, architecture, given, data, device, opened, runs, recorded };
    check_gradual(&prepared)?;
    check_left_out(&prepared)?;
    Ok(prepared)
}

/// The device computes in the numbers that steps are to compute in.
fn check_precision(experiment: &Experiment, opened: &Opened) -> Result<(), Error> {
    let can = |precision: &Precision| match precision {
        Precision::Full => true,
        Precision::Mixed(half) => opened.device.supports_dtype(half.dtype()),
    };
    let wanted = experiment.train.precision;
    if can(&wanted) {
        return Ok(());
    }
    let those = Precision::ALL.iter().filter(|precision| can(precision));
    let those: Vec<_> = those.map(|precision| format!("\"{}\"", precision.as_str())).collect();
    let message = format!(
        "\"{}\"; backend {} does not compute in such numbers; expected {}",
        wanted.as_str(),
        opened.describe(),
        those.join(" or ")
    );
    let problem = Problem::new("train.precision", message);
    Err(Error::Config { origin: experiment.name.clone(), problems: vec![problem] })
}

fn architecture(experiment: &Experiment, dataset: &Dataset) -> Result<Architecture, Error> {
    let shape = dataset.train.shape();
    let input = [shape.channels, shape.height, shape.width];
    let request = zoo::Request { input, classes: dataset.classes, ..experiment.network.clone() };
    Ok(zoo::architecture(&request)?)
}

/// Moments that can be compared only now that the length of an epoch is known.
fn check_moments(experiment: &Experiment, data: &Data) -> Result<(), Error> {
    let per_epoch = data.batches_per_epoch(experiment.train.batch_size);
    let problem = |message: String| {
        let problems = vec![Problem::new("prune.rewind_to", message)];
        Err(Error::Config { origin: experiment.name.clone(), problems })
    };
    let mut before = Vec::new();
    for moment in &experiment.rewind_to {
        let rewind = moment.iterations(per_epoch);
        for (section, recipe) in [("train", &experiment.train), ("retrain", &experiment.retrain)] {
            let length = recipe.length.iterations(per_epoch);
            // What is taken as it is has its beginning alone.
            if rewind >= length.max(usize::from(section == "train")) {
                return problem(format!(
                    "{moment} is not before the end of {section}.length, {} ({rewind} and {length} iterations)",
                    recipe.length
                ));
            }
        }
        if before.contains(&rewind) {
            return problem(format!(
                "{moment} is iteration {rewind} once more; expected each once"
            ));
        }
        before.push(rewind);
    }
    Ok(())
}

/// The gradual schedule fits into the retraining.
fn check_gradual(prepared: &Prepared) -> Result<(), Error> {
    let experiment = &prepared.experiment;
    let kind = Kind::Survivors {
        method: experiment.methods[0].0,
        timing: Timing::Gradual,
        retraining: Retraining::FineTune,
    };
    let length = prepared.length(kind, None);
    let Moments { begin, end, .. } = prepared.gradual();
    if !experiment.timings.contains(&Timing::Gradual) || (begin < end && end < length) {
        return Ok(());
    }
    let message = format!(
        "from iteration {begin} to {end}; expected an end after the beginning and before that of the \
         retraining, at {length} iterations"
    );
    let problem = Problem::new("prune.gradual", message);
    Err(Error::Config { origin: experiment.name.clone(), problems: vec![problem] })
}

/// The layers that are left out fit into every density.
fn check_left_out(prepared: &Prepared) -> Result<(), Error> {
    let Prepared { experiment, architecture, .. } = prepared;
    let layers = architecture.layers();
    let apart: usize = experiment.left_out.iter().map(|&layer| layers[layer].weights()).sum();
    let budget = |density: &Density| density.budget(architecture.prunable_weights()).0;
    let few = experiment.densities.iter().find(|density| budget(density) < apart);
    // What must stay of channels depends on the pruning.
    let Some(density) = few.filter(|_| experiment.measure == Measure::Parameters) else {
        return Ok(());
    };
    let message = format!(
        "density {density} keeps {} weights, and the layers that are left out have {apart}; leave fewer out, \
         or ask for larger densities",
        budget(density)
    );
    let problem = Problem::new("prune.leave_out", message);
    Err(Error::Config { origin: experiment.name.clone(), problems: vec![problem] })
}

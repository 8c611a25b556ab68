//! Carries out the runs of an experiment.

mod certificates;
mod choice;
mod context;
mod invariants;
mod orphan;
mod parent;
mod progress;
mod queue;
mod rows;
mod survivors;
mod workers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use burn::tensor::Device;
use datasets::Dataset;
use models::{Architecture, zoo};

pub use progress::Meter;

use crate::config::{Experiment, Retraining};
use crate::data::Data;
use crate::error::Error;
use crate::plan::{Kind, Run, plan};
use crate::records::{Store, files, write_atomically};
use context::Context;

/// How runs are carried out; nothing of it changes their results.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the results.
    pub folder: PathBuf,
    /// Delete earlier results first.
    pub fresh: bool,
    /// Runs at a time.
    pub jobs: usize,
    /// Set to stop after the iteration under way.
    pub stop: Arc<AtomicBool>,
}

/// An experiment with its data at hand: ready to run.
#[derive(Debug)]
pub struct Prepared {
    /// The checked configuration.
    pub experiment: Experiment,
    /// The network's description, for the data's classes.
    pub architecture: Architecture,
    /// The images.
    pub data: Data,
    /// Where they are.
    pub device: Device,
    /// The runs.
    pub runs: Vec<Run>,
}

impl Prepared {
    /// Iterations of one training of this kind: 0 for no retraining, less for a late rewind.
    pub fn iterations(&self, kind: Kind) -> usize {
        let Experiment { train, retrain, .. } = &self.experiment;
        let per_epoch = self.data.batches_per_epoch(train.batch_size);
        match kind {
            Kind::Parent => train.length.iterations(per_epoch),
            Kind::Survivors { retraining: Retraining::None, .. } => 0,
            Kind::Survivors { retraining: Retraining::Rewind | Retraining::RandomMask, .. } => {
                retrain.length.iterations(per_epoch)
                    - self.experiment.rewind_to.iterations(per_epoch)
            }
            Kind::Survivors { .. } => retrain.length.iterations(per_epoch),
        }
    }

    /// Trainings of a run of this kind.
    pub fn trainings(&self, kind: Kind) -> usize {
        if kind == Kind::Parent { 1 } else { self.experiment.densities.len() }
    }
}

/// Loads the data, builds the network's description and lays out the runs.
///
/// # Errors
/// When the backend or the data are not to be had, or the network does not fit them.
pub fn prepare(experiment: Experiment) -> Result<Prepared, Error> {
    let device = crate::device::open(&experiment.backend)?;
    let dataset = datasets::load(&experiment.source)?;
    let architecture = architecture(&experiment, &dataset)?;
    let data = Data::new(dataset, &architecture, &experiment, &device)?;
    check_moments(&experiment, &data)?;
    let runs = plan(&experiment, &data.name);
    Ok(Prepared { experiment, architecture, data, device, runs })
}

/// Runs what is not finished yet, and leaves the folder's tables in the order of the plan.
///
/// # Errors
/// The first error that is not a matter of one run alone; what was finished stays.
pub fn execute(prepared: &Prepared, options: &Options) -> Result<(), Error> {
    let ids: Vec<String> = prepared.runs.iter().map(|run| run.id.clone()).collect();
    let store = Store::open(&options.folder, &ids, options.fresh)?;
    let config = toml::to_string(&prepared.experiment.resolved)
        .expect("plain values always have a TOML form");
    write_atomically(&options.folder.join(files::CONFIG), config.as_bytes())?;
    let pending = prepared.runs.iter().filter(|run| !store.is_finished(&run.id)).count();
    tracing::info!(
        "{} runs, {} of them finished before",
        prepared.runs.len(),
        prepared.runs.len() - pending
    );
    let meter = Meter::new(prepared, &store);
    let context = Context { prepared, store: &store, meter: &meter, stop: &options.stop };
    let outcome = workers::run_all(&context, options.jobs);
    meter.finish();
    outcome?;
    store.sort(&ids)
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
    let rewind = experiment.rewind_to.iterations(per_epoch);
    for (section, recipe) in [("train", &experiment.train), ("retrain", &experiment.retrain)] {
        let length = recipe.length.iterations(per_epoch);
        if rewind >= length {
            let message = format!(
                "{} is not before the end of {section}.length, {} ({rewind} and {length} iterations)",
                experiment.rewind_to, recipe.length
            );
            let problem = crate::error::Problem { key: "prune.rewind_to".to_owned(), message };
            return Err(Error::Config { origin: experiment.name.clone(), problems: vec![problem] });
        }
    }
    Ok(())
}

//! Whether what was asked for fits the data, the network and the device.

use pruning::{Density, Measure};

use super::prepare::Prepared;
use super::survivors::Moments;
use crate::config::{Experiment, Precision, Retraining, Timing};
use crate::data::Data;
use crate::device::Opened;
use crate::error::{Error, Problem};
use crate::plan::Kind;

/// The device computes in the numbers that steps are to compute in.
pub(super) fn precision(experiment: &Experiment, opened: &Opened) -> Result<(), Error> {
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

/// Moments that can be compared only now that the length of an epoch is known.
pub(super) fn moments(experiment: &Experiment, data: &Data) -> Result<(), Error> {
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
pub(super) fn gradual(prepared: &Prepared) -> Result<(), Error> {
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
pub(super) fn left_out(prepared: &Prepared) -> Result<(), Error> {
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

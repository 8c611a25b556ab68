use chacha20::ChaCha8Rng;
use models::{Architecture, Network};
use pruning::methods::{self, Options};
use pruning::{
    Allocation, Budget, Channels, Examined, Grain, Inverted, Mask, Pruned, Pruner, Subject,
};

use super::choice::Choice;
use crate::config::{MaskKind, Method, Sharing};
use crate::error::Error;
use crate::seeds::Seeds;

/// What a run's method knows of a network that it has looked at.
pub(super) struct Look {
    method: Box<dyn Examined>,
    /// The method whose counts are taken, and where its weights compete.
    other: Option<(Box<dyn Examined>, Allocation)>,
}

impl Look {
    pub(super) fn new(
        choice: &Choice<'_>,
        network: &Network,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, Error> {
        let method = choice.how.method;
        let subject = Subject {
            network,
            images: &choice.points.images,
            labels: Some(&choice.points.labels),
            initial: choice.initial.as_ref(),
        };
        let pruner = methods::entry(method.name)?.build(&method.options)?;
        let pruner: Box<dyn Pruner> = match method.mask {
            MaskKind::Inverted => Box::new(Inverted(pruner)),
            _ => pruner,
        };
        let other = match method.scope {
            Sharing::Scope(_) => None,
            Sharing::SameAs(other) => {
                let entry = methods::entry(other)?;
                let mut rng = pruning::generator(Seeds::new(choice.run.seed).same_as());
                let examined = entry.build(&Options::default())?.examine(subject, &mut rng)?;
                Some((examined, Allocation { scope: entry.scope, ..allocation(choice) }))
            }
        };
        Ok(Self { method: pruner.examine(subject, rng)?, other })
    }

    /// Prunes to a budget, and makes the control's mask where one is asked for.
    pub(super) fn prune(
        &self,
        choice: &Choice<'_>,
        within: &Mask,
        budget: Budget,
        draws: &mut ChaCha8Rng,
        control: &mut ChaCha8Rng,
    ) -> Result<Pruned, Error> {
        let architecture = &choice.context.prepared.architecture;
        let own = allocation(choice);
        let pruned = match &self.other {
            None => own.prune(architecture, &*self.method, within, budget, draws)?,
            Some((other, allocation)) => {
                let like = allocation.prune(architecture, &**other, within, budget, draws)?;
                own.prune_like(&like.mask, &*self.method, within, draws)?
            }
        };
        Ok(match choice.how.method.mask {
            MaskKind::Chosen | MaskKind::Inverted => pruned,
            MaskKind::Shuffled => Pruned::unchanged(shuffled(
                &choice.how.method,
                architecture,
                &pruned.mask,
                within,
                control,
            )),
            MaskKind::Random if choice.how.method.grain() == Grain::Channels => {
                let channels = channels(&choice.how.method, architecture);
                Pruned::unchanged(channels.random(within, &own, budget, control)?)
            }
            MaskKind::Random => {
                let others = own.others(within);
                Pruned::unchanged(pruning::random_of(&pruned.mask, &others, control))
            }
        })
    }
}

/// The channels that a method prunes.
pub(super) fn channels(method: &Method, architecture: &Architecture) -> Channels {
    match method.options.pixels {
        Some(true) => Channels::with_pixels(architecture),
        _ => Channels::of(architecture),
    }
}

/// The mask with as many weights in each layer, or channels in each pool, left to chance.
pub(super) fn shuffled(
    method: &Method,
    architecture: &Architecture,
    mask: &Mask,
    within: &Mask,
    rng: &mut ChaCha8Rng,
) -> Mask {
    match method.grain() {
        Grain::Weights => pruning::shuffled(mask, within, rng),
        Grain::Channels => channels(method, architecture).shuffled(mask, within, rng),
    }
}

/// Where the run's weights compete.
fn allocation(choice: &Choice<'_>) -> Allocation {
    let experiment = &choice.context.prepared.experiment;
    let scope = match choice.how.method.scope {
        Sharing::Scope(scope) => scope,
        // The layers' counts come from the other method.
        Sharing::SameAs(_) => Default::default(),
    };
    Allocation {
        scope,
        rates: experiment.rates.clone(),
        left_out: experiment.left_out.clone(),
        remove_dead: experiment.remove_dead,
        measure: experiment.measure,
    }
}

use models::{Narrowing, Network};
use pruning::{Channels, Grain, Mask};

use super::Survivors;
use crate::train::Trained;

/// Survivors of pruned channels as the small network that they are: the same function, in less time.
#[derive(Debug)]
pub(super) struct Small {
    pub(super) network: Network,
    narrowing: Narrowing,
}

impl Survivors<'_> {
    /// The small network of the survivors `start`; `None` where single weights are pruned, parts of the
    /// image, or nothing, and where the large one is asked for.
    pub(super) fn small(&self, start: &Network, mask: &Mask) -> Option<Small> {
        let method = &self.how.method;
        let is_whole = method.options.pixels != Some(true) && method.grain() == Grain::Channels;
        let prepared = self.context.prepared;
        if !is_whole || !prepared.experiment.shrink || mask.kept() == mask.total() {
            return None;
        }
        let channels = Channels::of(&prepared.architecture);
        let kept = channels.alive(mask);
        let narrowing = Narrowing::new(&prepared.architecture, channels.groups(), &kept);
        Some(Small { network: narrowing.narrow(start), narrowing })
    }
}

impl Small {
    /// The trained small networks, in their place in the large one.
    pub(super) fn widened(&self, trained: Trained, start: &Network) -> Trained {
        let wide = |network: &Network| self.narrowing.widen(network, start);
        Trained { network: wide(&trained.network), best: wide(&trained.best), ..trained }
    }
}

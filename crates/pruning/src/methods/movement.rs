use std::sync::Arc;

use chacha20::ChaCha8Rng;

use super::{Build, Entry, Needs};
use crate::{Criterion, PruneError, Scope, Scores, Subject};

pub(super) const ENTRY: Entry = Entry {
    name: "movement",
    summary: "|w − w₀|, how far training moved the weight",
    source: "Zhou et al. 2019, arXiv 1905.01067",
    needs: Needs::INITIAL,
    exact: true,
    scope: Scope::Global,
    options: &[],
    build: Build::Criterion(1, |_| Arc::new(Movement)),
};

/// |w − w₀|: weights that training moved far from their initial value w₀ stay
/// ("movement", Zhou et al. 2019, arXiv 1905.01067).
#[derive(Debug, Clone, Copy)]
pub struct Movement;

impl Criterion for Movement {
    fn scores(&self, subject: Subject<'_>, _: &mut ChaCha8Rng) -> Result<Scores, PruneError> {
        let Subject { network, .. } = subject;
        let initial = subject.initial.ok_or(PruneError::NoInitial)?;
        Scores::by_layer(network, |layer| (network.weight(layer) - initial.weight(layer)).abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator;
    use crate::methods::testing::{images, linear};

    #[test]
    fn scores_by_hand() {
        let (initial, network) = (linear(&[1.0, -2.0, 0.5], 1, 3), linear(&[3.0, 2.0, 0.5], 1, 3));
        let images = images(&[], [0, 3, 1, 1]);
        let subject = Subject::new(&network, &images);
        let scores = |subject| Movement.scores(subject, &mut generator(0));
        assert_eq!(scores(subject.with_initial(&initial)).unwrap().layers()[0], [2.0, 4.0, 0.0]);
        assert_eq!(scores(subject).unwrap_err(), PruneError::NoInitial);
    }
}

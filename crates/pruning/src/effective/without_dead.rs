use models::Architecture;

use super::live;
use crate::mask::Mask;
use crate::pruner::Pruned;

/// After so many choices it stays with the best so far. Mostly a few are enough, but a layer that is left
/// with next to nothing could take as many as it has candidates.
const MOST_ROUNDS: usize = 100;

/// Prunes without spending the budget on dead weights (see [`live`](live())): `prune` chooses
/// `budget` weights of the candidates that it is given, at first all of `within`; the dead ones are
/// taken out of the candidates, and it chooses again, until none is dead, fewer candidates are left
/// than the budget asks for, or it has chosen 100 times. The outcome with the most live weights, the
/// first of them.
///
/// A weight that was dead once does not come back, even if the weights that take its place would
/// have given it a path. Where a choice empties a layer that all paths lead through, all that was
/// chosen is dead, and the next choice has to do with what comes behind it in the ranking: that often
/// finds a path, and where it does not the first choice stands.
///
/// Weights that are drawn are drawn again in every round, from candidates that depend on the draws
/// before: given these, no longer without bias. What is promised of a single draw off its points
/// does not hold for the outcome of several.
///
/// # Errors
/// Those of `prune`.
pub fn without_dead<E>(
    architecture: &Architecture,
    within: &Mask,
    budget: usize,
    mut prune: impl FnMut(&Mask) -> Result<Pruned, E>,
) -> Result<Pruned, E> {
    let mut candidates = within.clone();
    let mut left = candidates.kept();
    let mut best: Option<(usize, Pruned)> = None;
    for _ in 0..MOST_ROUNDS {
        let pruned = prune(&candidates)?;
        let live = live(architecture, &pruned.mask);
        let removed = remove_dead(&mut candidates, &pruned.mask, &live);
        left -= removed;
        let alive = live.kept();
        if best.as_ref().is_none_or(|(most, _)| alive > *most) {
            best = Some((alive, pruned));
        }
        // Also ends with a method that keeps what is no candidate: its dead weights cannot be taken
        // out.
        if removed == 0 || left < budget {
            break;
        }
    }
    Ok(best.expect("there is at least one choice").1)
}

/// Takes the weights that `kept` keeps and `live` does not out of `candidates`; how many they are.
fn remove_dead(candidates: &mut Mask, kept: &Mask, live: &Mask) -> usize {
    let layers = candidates.layers.iter_mut().zip(&kept.layers).zip(&live.layers);
    let removed = layers.map(|((candidates, kept), live)| {
        let flags = candidates.keep.iter_mut().zip(&kept.keep).zip(&live.keep);
        let removed = flags.map(|((candidate, &kept), &live)| {
            let dead = *candidate & kept & !live;
            *candidate &= !dead;
            usize::from(dead)
        });
        removed.sum::<usize>()
    });
    removed.sum()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use models::{Builder, Initialisation, Network};
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::error::PruneError;
    use crate::{Quota, Scores, generator, select};

    fn network(inputs: usize, widths: &[usize]) -> Network {
        let mut net = Builder::new("toy", [inputs, 1, 1]);
        let mut x = net.input();
        for (index, &width) in widths.iter().enumerate() {
            x = net.linear(x, &format!("fc{}", index + 1), width);
        }
        let scheme = Initialisation::KaimingUniform;
        Network::new(net.build(x).unwrap(), scheme, 0, &Device::flex())
    }

    /// The best-scored weights of the candidates, without the dead; and how many candidates each
    /// round had.
    fn ranked(
        network: &Network,
        scores: Vec<Vec<f32>>,
        within: &Mask,
        budget: usize,
    ) -> (Mask, Vec<usize>) {
        let scores = Scores::new(network, scores).unwrap();
        let mut rounds = Vec::new();
        let pruned = without_dead(network.architecture(), within, budget, |candidates| {
            rounds.push(candidates.kept());
            select(&scores, candidates, &Quota::Network(budget)).map(Pruned::unchanged)
        });
        (pruned.unwrap().mask, rounds)
    }

    /// Two inputs, three units, two classes. The two best weights lead to unit 0, which only weights
    /// of score 0 take on.
    fn scores() -> Vec<Vec<f32>> {
        vec![vec![9.0, 8.0, 7.0, 1.0, 2.0, 0.5], vec![0.0, 6.0, 0.0, 0.0, 0.0, 3.0]]
    }

    #[test]
    fn the_budget_goes_to_live_weights() {
        let network = network(2, &[3, 2]);
        let all = Mask::full(network.architecture());
        let (mask, rounds) = ranked(&network, scores(), &all, 4);
        let keep = |kept: [usize; 2]| (0..6).map(|i| kept.contains(&i)).collect::<Vec<_>>();
        assert_eq!(mask, Mask::new(network.architecture(), vec![keep([2, 4]), keep([1, 5])]));
        assert_eq!(rounds, [12, 10]);
    }

    #[test]
    fn what_is_alive_is_chosen_once() {
        let network = network(2, &[3, 2]);
        let all = Mask::full(network.architecture());
        let (mask, rounds) = ranked(&network, scores(), &all, 12);
        assert_eq!((mask, rounds), (all, vec![12]));
    }

    #[test]
    fn too_few_candidates_end_it_with_the_first_of_the_best() {
        let network = network(2, &[3, 2]);
        // Nothing takes the units on: whatever is chosen is dead.
        let cut = Mask::new(network.architecture(), vec![vec![true; 6], vec![false; 6]]);
        let first = vec![true, true, true, false, false, false];
        let (mask, rounds) = ranked(&network, scores(), &cut, 3);
        assert_eq!(mask, Mask::new(network.architecture(), vec![first, vec![false; 6]]));
        assert_eq!(rounds, [6, 3]);
        let (mask, rounds) = ranked(&network, scores(), &cut, 4);
        assert_eq!((mask.kept(), rounds), (4, vec![6]));
    }

    #[test]
    fn a_network_that_was_cut_through_finds_another_path() {
        let network = network(2, &[3, 2]);
        let all = Mask::full(network.architecture());
        // The best three are of one layer; the next three are not.
        let (mask, rounds) = ranked(&network, scores(), &all, 3);
        let live = live(network.architecture(), &mask).kept();
        assert!(live > 0 && rounds.len() > 1, "{live} {rounds:?}");
    }

    #[test]
    fn a_method_that_ignores_the_candidates_ends_and_errors_are_passed_on() {
        let network = network(2, &[3, 2]);
        let architecture = network.architecture();
        let dead = Mask::new(architecture, vec![vec![true; 6], vec![false; 6]]);
        let mut rounds = 0;
        let stubborn = |_: &Mask| {
            rounds += 1;
            Ok::<_, PruneError>(Pruned::unchanged(dead.clone()))
        };
        let pruned = without_dead(architecture, &Mask::full(architecture), 6, stubborn).unwrap();
        assert_eq!((pruned.mask, rounds), (dead, 2));
        let error = without_dead(architecture, &Mask::full(architecture), 6, |_| Err("no points"));
        assert_eq!(error, Err("no points"));
    }

    proptest! {
        #[test]
        fn it_never_ends_with_fewer_live_weights(
            (a, b, c) in (1usize..5, 1usize..5, 1usize..5),
            seed in any::<u64>(),
            density in 0.0f64..1.0,
        ) {
            let network = network(3, &[a, b, c]);
            let architecture = network.architecture();
            let mut rng = generator(seed);
            let layers = architecture.layers().iter();
            let scores: Vec<Vec<f32>> =
                layers.map(|l| (0..l.weights()).map(|_| rng.random()).collect()).collect();
            let all = Mask::full(architecture);
            let budget = 1 + (density * (all.total() - 1) as f64) as usize;
            let first = Scores::new(&network, scores.clone()).unwrap();
            let first = select(&first, &all, &Quota::Network(budget)).unwrap();
            let (mask, rounds) = ranked(&network, scores, &all, budget);
            prop_assert_eq!(mask.kept(), budget);
            prop_assert!(rounds.is_sorted_by(|before, after| before > after), "{:?}", rounds);
            let alive = |mask: &Mask| live(architecture, mask).kept();
            prop_assert!(alive(&mask) >= alive(&first));
            // One round, none dead: otherwise there was another.
            prop_assert!(rounds.len() > 1 || alive(&mask) == budget || all.total() - budget < budget);
        }
    }
}

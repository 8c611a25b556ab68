//! Controls: masks and scores that tell what a method's choice is worth.

use chacha20::ChaCha8Rng;
use rand::seq::SliceRandom;

use crate::channels::RankedChannels;
use crate::criterion::Subject;
use crate::error::PruneError;
use crate::mask::Mask;
use crate::pruner::{Examined, Pruner, Scored};
use crate::ranked::Ranking;

/// The mask shuffled inside each layer, among the weights that `within` keeps (Frankle et al.,
/// arXiv 2009.08576; Su et al., arXiv 2009.11094): every layer keeps its count, its weights are left
/// to chance. It tells whether the choice of *weights* mattered, or only the layers' densities.
pub fn shuffled(mask: &Mask, within: &Mask, rng: &mut ChaCha8Rng) -> Mask {
    permuted(mask, within, |places| places.shuffle(rng))
}

/// A random mask that keeps as many weights in the whole network as `mask` does, among those that
/// `within` keeps: layers' counts are left to chance too.
pub fn random_of(mask: &Mask, within: &Mask, rng: &mut ChaCha8Rng) -> Mask {
    let mut places: Vec<bool> = flags(mask, within).collect();
    places.shuffle(rng);
    let mut places = places.into_iter();
    permuted(mask, within, |layer| {
        layer.iter_mut().zip(&mut places).for_each(|(place, drawn)| *place = drawn);
    })
}

/// Whether each weight that `within` keeps is kept by `mask`.
fn flags(mask: &Mask, within: &Mask) -> impl Iterator<Item = bool> {
    let layers = mask.layers.iter().zip(&within.layers);
    layers.flat_map(|(mask, within)| {
        mask.keep.iter().zip(&within.keep).filter(|(_, within)| **within).map(|(keep, _)| *keep)
    })
}

/// Rearranges, layer by layer, the flags of the weights that `within` keeps.
fn permuted(mask: &Mask, within: &Mask, mut rearrange: impl FnMut(&mut Vec<bool>)) -> Mask {
    let mut permuted = mask.clone();
    for (layer, within) in permuted.layers.iter_mut().zip(&within.layers) {
        let pairs = layer.keep.iter().zip(&within.keep);
        let mut places: Vec<bool> =
            pairs.filter(|(_, within)| **within).map(|(keep, _)| *keep).collect();
        rearrange(&mut places);
        let open = layer.keep.iter_mut().zip(&within.keep).filter(|(_, within)| **within);
        open.zip(places).for_each(|((keep, _), place)| *keep = place);
    }
    permuted
}

/// A method with its scores turned round (Frankle et al., arXiv 2009.08576): the weights that it finds
/// least important stay, with their values.
pub struct Inverted<P>(
    /// The method.
    pub P,
);

impl<P: Pruner> Pruner for Inverted<P> {
    fn examine(
        &self,
        subject: Subject<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Box<dyn Examined>, PruneError> {
        let examined = self.0.examine(subject, rng)?;
        Ok(match examined.scores() {
            Scored::Weights(scores) => Box::new(Ranking(scores.negated())),
            Scored::Channels(channels, scores) => Box::new(RankedChannels {
                network: subject.network.clone(),
                channels: channels.clone(),
                scores: scores.negated(),
                folds: true,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};
    use models::{Initialisation, Network, zoo};

    use super::*;
    use crate::methods::{Magnitude, Options, entry};
    use crate::{Budget, LayerMask, Ranked, Scope, generator, prune};

    fn network() -> Network {
        let request = zoo::Request { widths: vec![30], ..zoo::Request::named("mlp") };
        let architecture = zoo::architecture(&request).unwrap();
        Network::new(architecture, Initialisation::KaimingUniform, 1, &Device::flex())
    }

    fn counts(mask: &Mask) -> Vec<usize> {
        mask.layers.iter().map(LayerMask::kept).collect()
    }

    #[test]
    fn shuffled_masks_keep_layers_counts_and_random_ones_the_total() {
        let network = network();
        let images = Tensor::ones([4, 1, 28, 28], &network.device());
        let subject = Subject::new(&network, &images);
        let everything = Mask::full(network.architecture());
        let pruned = |within: &Mask, budget| {
            let rng = &mut generator(0);
            prune(&Ranked(Magnitude), subject, Scope::Global, within, Budget(budget), rng).unwrap()
        };
        let within = pruned(&everything, 9_000).mask;
        let mask = pruned(&within, 2_000).mask;
        let shuffled = shuffled(&mask, &within, &mut generator(1));
        assert!(shuffled != mask && shuffled.is_within(&within));
        assert_eq!(counts(&shuffled), counts(&mask));
        let random = random_of(&mask, &within, &mut generator(1));
        assert!(random.is_within(&within) && random.kept() == 2_000);
        // The second layer has 300 of 23,820 weights, but larger ones.
        let share = |mask: &Mask| counts(mask)[1] as f64 / counts(mask)[0] as f64;
        assert!(share(&mask) > 3.0 * share(&random), "{:?} {:?}", counts(&mask), counts(&random));
        assert_eq!(random_of(&mask, &mask, &mut generator(1)), mask);
    }

    /// Whatever the method: what one keeps first the other keeps last.
    #[test]
    fn inverted_methods_keep_what_the_method_drops() {
        let network = network();
        let images = Tensor::ones([4, 1, 28, 28], &network.device());
        let subject = Subject::new(&network, &images);
        let everything = Mask::full(network.architecture());
        let total = everything.total();
        let rng = &mut generator(0);
        let best =
            prune(&Ranked(Magnitude), subject, Scope::Global, &everything, Budget(total / 4), rng);
        let inverted = Inverted(Ranked(Magnitude));
        let budget = Budget(total - total / 4);
        let rest = prune(&inverted, subject, Scope::Global, &everything, budget, rng).unwrap();
        let best = best.unwrap().mask;
        for (best, rest) in best.layers.iter().zip(&rest.mask.layers) {
            assert!(best.keep.iter().zip(&rest.keep).all(|(best, rest)| best != rest));
        }
        for method in ["sipp-rand", "sample-l1", "obs"] {
            let inverted = Inverted(entry(method).unwrap().build(&Options::default()).unwrap());
            let pruned =
                prune(&inverted, subject, Scope::PerLayer, &everything, Budget(500), rng).unwrap();
            assert_eq!(pruned.mask.kept(), 500, "{method}");
            assert!(pruned.values.iter().all(Option::is_none), "{method}");
        }
    }
}

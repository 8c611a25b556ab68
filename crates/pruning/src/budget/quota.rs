use super::share_out;
use crate::channels::ChannelQuota;
use crate::error::PruneError;
use crate::mask::{LayerMask, Mask};

/// A budget, shared among those that compete for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quota {
    /// All weights of the network compete for so many places.
    Network(usize),
    /// The weights of each layer compete for the layer's places.
    Layers(Vec<usize>),
    /// The weights of each unit compete for an equal part of the layer's places.
    Units(Vec<usize>),
    /// Whole channels compete.
    Channels(ChannelQuota),
}

impl Quota {
    /// As many places in each layer as `mask` keeps there.
    pub fn like(mask: &Mask) -> Self {
        Self::Layers(mask.layers.iter().map(LayerMask::kept).collect())
    }

    /// All places; of channels, what their measure counts.
    pub fn total(&self) -> usize {
        match self {
            Self::Network(places) => *places,
            Self::Layers(places) | Self::Units(places) => places.iter().sum(),
            Self::Channels(quota) => quota.budget,
        }
    }

    /// The quota of channels.
    pub(crate) fn channels(&self) -> Result<&ChannelQuota, PruneError> {
        match self {
            Self::Channels(quota) => Ok(quota),
            _ => Err(PruneError::Grain { asked: "single weights", prunes: "whole channels" }),
        }
    }

    /// `within` has a weight for each place, layer by layer.
    pub(crate) fn check(&self, within: &Mask) -> Result<(), PruneError> {
        let fits = match self {
            Self::Network(places) => *places <= within.kept(),
            Self::Layers(places) | Self::Units(places) => {
                places.iter().zip(&within.layers).all(|(places, layer)| *places <= layer.kept())
            }
            Self::Channels(_) => {
                let (asked, prunes) = ("whole channels", "single weights");
                return Err(PruneError::Grain { asked, prunes });
            }
        };
        let error = || PruneError::Budget { asked: self.total(), survivors: within.kept() };
        fits.then_some(()).ok_or_else(error)
    }

    /// The quota of step k of `steps` on the way from all that `within` keeps to this one: places
    /// fall by equal factors, c · (places / c)^(k / steps).
    pub(crate) fn on_the_way(&self, within: &Mask, k: usize, steps: usize) -> Self {
        let between = |all: usize, places: usize| {
            if k == steps || all == 0 {
                return places;
            }
            // From nothing there is no factor; the last step takes what is left of it.
            let ratio = places.max(1) as f64 / all as f64;
            ((all as f64 * ratio.powf(k as f64 / steps as f64)).round() as usize).max(places)
        };
        let layers = |places: &[usize]| {
            let pairs = places.iter().zip(&within.layers);
            pairs.map(|(&places, layer)| between(layer.kept(), places)).collect()
        };
        match self {
            Self::Network(places) => Self::Network(between(within.kept(), *places)),
            Self::Layers(places) => Self::Layers(layers(places)),
            Self::Units(places) => Self::Units(layers(places)),
            Self::Channels(quota) => Self::Channels(quota.clone()),
        }
    }
}

/// The places of a layer, shared equally among its units; what a unit has no weights for goes to the
/// others.
pub(crate) fn unit_places(layer: &LayerMask, places: usize) -> Vec<usize> {
    let room: Vec<usize> =
        layer.rows().map(|row| row.iter().filter(|&&keep| keep).count()).collect();
    share_out(&vec![1.0; room.len()], &room, places)
}

#[cfg(test)]
mod tests {
    use models::{Builder, LayerSpec};

    use super::*;

    #[test]
    fn places_fall_by_equal_factors() {
        let mut net = Builder::new("toy", [10, 1, 1]);
        let x = net.linear(net.input(), "fc1", 80);
        let x = net.linear(x, "fc2", 5);
        let architecture = net.build(x).unwrap();
        let within = Mask::full(&architecture);
        let sizes: Vec<usize> = architecture.layers().iter().map(LayerSpec::weights).collect();
        assert_eq!(sizes, [800, 400]);
        let on_the_way = |quota: &Quota| -> Vec<Quota> {
            (1..=3).map(|step| quota.on_the_way(&within, step, 3)).collect()
        };
        let network = |places| Quota::Network(places);
        // 1200 · (1/8)^(k / 3).
        assert_eq!(on_the_way(&network(150)), [network(600), network(300), network(150)]);
        let layers = |a, b| Quota::Layers(vec![a, b]);
        assert_eq!(
            on_the_way(&layers(100, 400)),
            [layers(400, 400), layers(200, 400), layers(100, 400)]
        );
        // To nothing there is no factor: as if one stayed, until the last step.
        assert_eq!(on_the_way(&layers(100, 0))[2], layers(100, 0));
        assert_eq!(on_the_way(&layers(100, 0))[1].check(&within), Ok(()));
    }
}

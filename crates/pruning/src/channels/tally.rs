use super::{Channels, Measure};

/// How many units and input channels each layer has left.
#[derive(Debug, Clone)]
pub(super) struct Tally<'a> {
    channels: &'a Channels,
    units: Vec<usize>,
    inputs: Vec<usize>,
    /// For each group the layers that it is a unit of, and those that it is an input of.
    places: Vec<(Vec<usize>, Vec<usize>)>,
}

impl<'a> Tally<'a> {
    pub(super) fn new(channels: &'a Channels, kept: &[bool]) -> Self {
        let layers = channels.layers.len();
        let (mut units, mut inputs) = (vec![0; layers], vec![0; layers]);
        let mut places = vec![(Vec::new(), Vec::new()); kept.len()];
        for index in 0..layers {
            let layer = channels.groups.layer(index);
            for &group in &layer.units {
                units[index] += usize::from(kept[group]);
                places[group].0.push(index);
            }
            for &group in &layer.inputs {
                inputs[index] += usize::from(kept[group]);
                places[group].1.push(index);
            }
        }
        Self { channels, units, inputs, places }
    }

    /// Takes a group away that is still there.
    pub(super) fn remove(&mut self, group: usize) {
        let (units, inputs) = &self.places[group];
        units.iter().for_each(|&layer| self.units[layer] -= 1);
        inputs.iter().for_each(|&layer| self.inputs[layer] -= 1);
    }

    /// What a group adds to the size.
    pub(super) fn share(&self, group: usize, measure: Measure) -> usize {
        let (units, inputs) = &self.places[group];
        let count = |layers: &[usize], layer| layers.iter().filter(|&&own| own == layer).count();
        let mut layers = [units.as_slice(), inputs].concat();
        layers.sort_unstable();
        layers.dedup();
        let shares = layers.into_iter().map(|layer| {
            let rest = (self.units[layer] - count(units, layer))
                * (self.inputs[layer] - count(inputs, layer));
            (self.units[layer] * self.inputs[layer] - rest) * self.weight(layer, measure)
        });
        shares.sum()
    }

    pub(super) fn size(&self, measure: Measure) -> usize {
        let layers = 0..self.units.len();
        layers.map(|l| self.units[l] * self.inputs[l] * self.weight(l, measure)).sum()
    }

    /// What a unit counts for each of its input channels.
    fn weight(&self, layer: usize, measure: Measure) -> usize {
        match measure {
            Measure::Parameters => self.channels.block(layer),
            Measure::MultiplyAdds => {
                self.channels.block(layer) * self.channels.layers[layer].positions()
            }
        }
    }
}

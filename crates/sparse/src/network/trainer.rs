use std::time::Duration;

use models::Network;

use super::buffers::Gradients;
use super::clock::Clock;
use super::forward::Mode;
use super::graph::Graph;
use super::loss;
use super::optimiser::Optimiser;
use super::parameters::{NormParameters, Parameters};
use crate::maps::Activations;
use crate::pattern::Pattern;
use crate::pixels::Pixels;

/// A network in training that stores, differentiates and updates the weights that are left, and no
/// others.
///
/// The mathematics is that of burn's layers with a mask, and of its optimisers; sums run in another
/// order, so that bits differ. The same call on the same machine gives the same bits.
#[derive(Debug, Clone)]
pub struct Trainer {
    /// For what it looks like as an ordinary network.
    network: Network,
    pub(super) graph: Graph,
    /// Layers that compute with all their weights.
    filled: Vec<usize>,
    pub(super) parameters: Parameters,
    pub(super) optimiser: Optimiser,
    /// Steps so far.
    pub(super) time: i32,
    values: Vec<Activations>,
    gradients: Gradients,
}

impl Trainer {
    /// The network's layers with the weights of these patterns, one a layer, each `[units, fan_in]`; the
    /// others are taken for zero. Nothing is remembered yet.
    ///
    /// # Panics
    /// When the patterns are not of the network's layers.
    pub fn new(network: &Network, patterns: Vec<Pattern>, optimiser: Optimiser) -> Self {
        let graph = Graph::new(network.architecture(), patterns, &[]);
        Self {
            parameters: Parameters::new(network, &graph.layers, optimiser),
            gradients: Gradients::new(graph.places.len()),
            values: graph.values(1),
            network: network.clone(),
            optimiser,
            time: 0,
            filled: Vec::new(),
            graph,
        }
    }

    /// From now on the layers with these numbers compute with all their weights, those that are not stored as zeros, and
    /// the others with the stored ones alone. It is a matter of time: nearly full layers are quicker so, and full ones
    /// are always taken so. Bits stay what they are, but for gradients of convolutions, which
    /// are summed in another order then.
    pub fn fill(&mut self, layers: &[usize]) {
        self.filled = layers.to_vec();
        let patterns = self.graph.layers.iter().map(|layer| layer.pattern().clone()).collect();
        self.keep(patterns);
    }

    /// One batch: forward, backward, update. Images are `[channels, height, width]` each; the mean
    /// cross-entropy before the update, in nats.
    ///
    /// # Panics
    /// When there are not as many images as labels, an image is not of the network's size, or a label
    /// no class.
    pub fn step<'a>(
        &mut self,
        images: impl IntoIterator<Item = &'a [f32]>,
        labels: &[u16],
        rate: f64,
    ) -> f32 {
        self.timed(|input| input.read(images), labels, rate, &mut Clock::default())
    }

    /// The same with images as bytes.
    ///
    /// # Panics
    /// As [`step`](Self::step).
    pub fn step_pixels(&mut self, images: Pixels<'_>, labels: &[u16], rate: f64) -> f32 {
        self.timed(|input| input.read_pixels(images), labels, rate, &mut Clock::default())
    }

    /// The same, and how long each layer took: its passes in both directions and its update. `now` tells the
    /// time since some moment, by the clock that counts: that of the wall, or of the thread.
    ///
    /// # Panics
    /// As [`step`](Self::step).
    pub fn step_timed<'a>(
        &mut self,
        images: impl IntoIterator<Item = &'a [f32]>,
        labels: &[u16],
        rate: f64,
        now: fn() -> Duration,
    ) -> (f32, Vec<Duration>) {
        let mut clock = Clock::of(self.graph.layers.len(), now);
        let loss = self.timed(|input| input.read(images), labels, rate, &mut clock);
        (loss, clock.times())
    }

    fn timed(
        &mut self,
        read: impl FnOnce(&mut Activations),
        labels: &[u16],
        rate: f64,
        clock: &mut Clock,
    ) -> f32 {
        let loss = self.differentiate(read, labels, clock);
        self.time += 1;
        let (optimiser, time) = (self.optimiser, self.time);
        for (index, layer) in self.parameters.layers.iter_mut().enumerate() {
            clock.time(index, || {
                layer.iter_mut().for_each(|parameter| optimiser.step(parameter, rate, time));
            });
        }
        for parameter in self.parameters.norms.iter_mut().flat_map(NormParameters::iter_mut) {
            optimiser.step(parameter, rate, time);
        }
        loss
    }

    /// The loss of a batch, with the gradients added up.
    fn differentiate(
        &mut self,
        read: impl FnOnce(&mut Activations),
        labels: &[u16],
        clock: &mut Clock,
    ) -> f32 {
        self.forward(read, labels.len(), Mode::Training, clock);
        let last = self.graph.places.len() - 1;
        let maps = self.graph.places[last].maps;
        let gradient = self.gradients.of(last, maps, labels.len());
        let loss = loss::cross_entropy(&self.values[last], labels, gradient);
        self.graph.backward(&mut self.parameters, &self.values, &mut self.gradients, clock);
        loss
    }

    /// From now on stores the weights of these patterns: what is in both keeps its weight and what the
    /// optimiser remembers of it, the rest is forgotten. Weights that were not stored before start from
    /// zero.
    ///
    /// # Panics
    /// When the patterns are not of the network's layers.
    pub fn keep(&mut self, patterns: Vec<Pattern>) {
        let graph = Graph::new(self.network.architecture(), patterns, &self.filled);
        let layers = self.graph.layers.iter().zip(&graph.layers);
        for ((before, now), own) in layers.zip(&mut self.parameters.layers) {
            own.weight.rearrange(self.optimiser, before, now);
        }
        self.graph = graph;
    }

    /// Sets the weights that these patterns lack to zero. They train on.
    ///
    /// # Panics
    /// When the patterns are not of the network's layers.
    pub fn mute(&mut self, patterns: &[Pattern]) {
        let layers = self.graph.layers.iter().zip(&mut self.parameters.layers);
        for ((layer, own), kept) in layers.zip(patterns) {
            let pattern = layer.pattern();
            let dense = pattern.expand(&layer.to_pattern(&own.weight.values));
            let dense = kept.expand(&kept.compress(&dense));
            own.weight.values = layer.of_pattern(pattern.compress(&dense));
        }
    }

    fn forward(
        &mut self,
        read: impl FnOnce(&mut Activations),
        batch: usize,
        mode: Mode,
        clock: &mut Clock,
    ) {
        if self.values[0].batch() != batch {
            self.values = self.graph.values(batch);
            self.gradients.reset();
        }
        read(&mut self.values[0]);
        self.graph.forward(&mut self.parameters, &mut self.values, mode, clock);
    }

    /// Logits `[batch, classes]` of images `[channels, height, width]`, norms with their running
    /// statistics.
    ///
    /// # Panics
    /// When an image is not of the network's size.
    pub fn predict(&mut self, images: &[&[f32]]) -> Vec<f32> {
        let clock = &mut Clock::default();
        let read = |input: &mut Activations| input.read(images.iter().copied());
        self.forward(read, images.len(), Mode::Evaluation, clock);
        self.values.last().expect("a network has an output").to_images()
    }

    /// The network as it is now, weights that are not stored at zero: an ordinary one, on the device of
    /// the one that training began with.
    pub fn network(&self) -> Network {
        let layers = self.parameters.expanded(&self.graph.layers);
        self.network.with_values(layers, self.parameters.norm_values())
    }
}

use burn::tensor::Device;
use models::{Architecture, Network, NormValues};

use super::clock::Clock;
use super::forward::Mode;
use super::graph::Graph;
use super::optimiser::Parameter;
use super::parameters::Parameters;
use crate::layer::Layer;
use crate::maps::Activations;
use crate::pattern::Pattern;

/// A network's forward pass in evaluation.
#[derive(Debug, Clone)]
pub(crate) struct Inference {
    graph: Graph,
    /// As they came.
    parameters: Parameters,
    /// With the norms that are folded into layers, where there are any.
    folded: Option<Parameters>,
    /// Of the last batch; none before the first.
    values: Vec<Activations>,
}

impl Inference {
    /// With the stored weights of each pattern and the layer's biases, and what each norm holds.
    pub(crate) fn new(
        architecture: &Architecture,
        patterns: Vec<Pattern>,
        layers: Vec<(Vec<f32>, Option<Vec<f32>>)>,
        norms: Vec<NormValues>,
    ) -> Self {
        let (graph, folds) = Graph::folded(architecture, patterns);
        let parameters = Parameters::of_values(architecture, layers, norms, Parameter::fixed);
        let folded = folds.iter().any(Option::is_some).then(|| {
            let mut folded = parameters.clone();
            for (layer, norm) in folds.iter().enumerate() {
                if let Some(norm) = *norm {
                    folded.fold(layer, graph.layers[layer].pattern(), norm);
                }
            }
            folded
        });
        Self { graph, parameters, folded, values: Vec::new() }
    }

    /// Logits `[batch, classes]` of so many images, which are read into the network's input.
    pub(crate) fn predict(
        &mut self,
        batch: usize,
        read: impl FnOnce(&mut Activations),
    ) -> Vec<f32> {
        if batch == 0 {
            return Vec::new();
        }
        if self.values.first().is_none_or(|values| values.batch() != batch) {
            // What was there goes first, so that both are not there at once.
            self.values.clear();
            let places = self.graph.places.iter();
            self.values = places.map(|place| Activations::packed(place.maps, batch)).collect();
        }
        read(&mut self.values[0]);
        let clock = &mut Clock::default();
        let parameters = self.folded.as_mut().unwrap_or(&mut self.parameters);
        self.graph.forward(parameters, &mut self.values, Mode::Evaluation, clock);
        self.values.last().expect("a network has an output").to_images()
    }

    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.graph.layers.iter().map(Layer::pattern)
    }

    pub(crate) fn weights(&self, layer: usize) -> &[f32] {
        &self.parameters.layers[layer].weight.values
    }

    /// An ordinary network of this description.
    pub(crate) fn network(&self, architecture: Architecture, device: &Device) -> Network {
        let layers = self.parameters.expanded(&self.graph.layers);
        Network::of_values(architecture, layers, self.parameters.norm_values(), device)
    }
}

use models::{Architecture, LayerKind, LayerSpec, Op, Window};

use crate::layer::{Kernel, Layer};
use crate::maps::Maps;
use crate::pattern::Pattern;

/// What happens at a place of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Input,
    Layer(usize),
    Norm(usize),
    Relu,
    Add,
    Concat,
    MaxPool(Window),
    AveragePool(usize),
}

/// A value of the network: an operation, and max(x, 0) behind it where nothing else reads what it
/// gives.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) step: Step,
    /// The places that it reads, all of them before it.
    pub(super) inputs: Vec<usize>,
    pub(super) relu: bool,
    pub(super) maps: Maps,
}

/// A network's operations, with its layers laid out for the maps that they read.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    pub(super) places: Vec<Place>,
    pub(super) layers: Vec<Layer>,
}

impl Graph {
    /// For training, with one pattern for each layer; the layers with these numbers compute with all their weights, as do
    /// those that lack none.
    pub(super) fn new(
        architecture: &Architecture,
        patterns: Vec<Pattern>,
        filled: &[usize],
    ) -> Self {
        let Self { places, layers } = Self::of_places(architecture, places(architecture), patterns);
        let layers = layers.into_iter().enumerate().map(|(index, layer)| {
            match filled.contains(&index) || layer.pattern().is_full() {
                true => layer.filled(),
                false => layer.in_order(),
            }
        });
        Self { places, layers: layers.collect() }
    }

    /// Without the norms that a layer's weights and bias can take in; those, for each layer.
    pub(super) fn folded(
        architecture: &Architecture,
        patterns: Vec<Pattern>,
    ) -> (Self, Vec<Option<usize>>) {
        let mut places = places(architecture);
        let norms = fold(&mut places, architecture.layers().len());
        (Self::of_places(architecture, places, patterns), norms)
    }

    fn of_places(
        architecture: &Architecture,
        mut places: Vec<Place>,
        patterns: Vec<Pattern>,
    ) -> Self {
        let specs = architecture.layers();
        assert_eq!(patterns.len(), specs.len(), "one pattern for each layer");
        for index in 0..places.len() {
            if let Step::Layer(layer) = places[index].step
                && let LayerKind::Convolution { padding, .. } = specs[layer].kind
            {
                let source = places[index].inputs[0];
                let margin = &mut places[source].maps.margin;
                *margin = [margin[0].max(padding[0]), margin[1].max(padding[1])];
            }
        }
        let mut patterns: Vec<_> = patterns.into_iter().map(Some).collect();
        let mut layers: Vec<_> = specs.iter().map(|_| None).collect();
        for place in &places {
            if let Step::Layer(index) = place.step {
                let input = places[place.inputs[0]].maps;
                let kernel = kernel(&specs[index], input);
                let pattern = patterns[index].take().expect("a layer has one place");
                layers[index] = Some(Layer::new(pattern, kernel, input, place.maps.margin));
            }
        }
        let layers = layers.into_iter().map(|layer| layer.expect("every layer has a place"));
        Self { layers: layers.collect(), places }
    }
}

fn kernel(spec: &LayerSpec, input: Maps) -> Kernel {
    match spec.kind {
        LayerKind::Linear => Kernel::whole(input),
        LayerKind::Convolution { stride, padding } => Kernel { size: spec.kernel, stride, padding },
    }
}

/// The graph's nodes without margins, those of max(x, 0) taken into the ones before where they can be.
fn places(architecture: &Architecture) -> Vec<Place> {
    let nodes = architecture.nodes();
    let mut readers = vec![0; nodes.len()];
    nodes.iter().flat_map(|node| &node.inputs).for_each(|&source| readers[source] += 1);
    let mut places: Vec<Place> = Vec::new();
    // Where each node's value is.
    let mut at = Vec::new();
    for node in nodes {
        let inputs: Vec<usize> = node.inputs.iter().map(|&source| at[source]).collect();
        if node.op == Op::Relu && readers[node.inputs[0]] == 1 {
            let before = &mut places[inputs[0]];
            if matches!(before.step, Step::Layer(_) | Step::Norm(_) | Step::Add) && !before.relu {
                before.relu = true;
                at.push(inputs[0]);
                continue;
            }
        }
        let [channels, height, width] = node.shape;
        let maps = Maps::new(channels, height, width);
        places.push(Place { step: step(&node.op), inputs, relu: false, maps });
        at.push(places.len() - 1);
    }
    places
}

/// Takes norms directly behind a layer that nothing else reads out; which of them, for each of so many layers.
fn fold(places: &mut Vec<Place>, layers: usize) -> Vec<Option<usize>> {
    let mut readers = vec![0; places.len()];
    places.iter().flat_map(|place| &place.inputs).for_each(|&source| readers[source] += 1);
    let mut norms = vec![None; layers];
    // Where each value is among those that stay.
    let mut at: Vec<usize> = Vec::new();
    let mut left: Vec<Place> = Vec::new();
    for mut place in std::mem::take(places) {
        let sources = std::mem::take(&mut place.inputs);
        place.inputs = sources.iter().map(|&source| at[source]).collect();
        if let (Step::Norm(norm), [source]) = (place.step, &sources[..])
            && let layer = &mut left[at[*source]]
            && let Step::Layer(index) = layer.step
            && readers[*source] == 1
            && !layer.relu
        {
            layer.relu = place.relu;
            norms[index] = Some(norm);
            at.push(at[*source]);
            continue;
        }
        at.push(left.len());
        left.push(place);
    }
    *places = left;
    norms
}

fn step(op: &Op) -> Step {
    match *op {
        Op::Input => Step::Input,
        Op::Layer(index) => Step::Layer(index),
        Op::BatchNorm(index) => Step::Norm(index),
        Op::Relu => Step::Relu,
        // A narrow value stands in the middle of the sum's channels; one that is as wide has no zeros in front.
        Op::Add | Op::AddPadded => Step::Add,
        Op::Concat => Step::Concat,
        Op::MaxPool(window) => Step::MaxPool(window),
        Op::AveragePool(size) => Step::AveragePool(size),
    }
}

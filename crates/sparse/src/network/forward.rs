use models::Op;

use super::clock::Clock;
use super::graph::{Graph, Step};
use super::parameters::Parameters;
use super::{average, elementwise, maximum, norm};
use crate::maps::Activations;

/// What norms normalise with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The batch's statistics, which move the running ones.
    Training,
    /// The running statistics.
    Evaluation,
}

impl Graph {
    /// Room for the values of every place.
    pub(super) fn values(&self, batch: usize) -> Vec<Activations> {
        self.places.iter().map(|place| Activations::zeros(place.maps, batch)).collect()
    }

    /// Computes the values of every place behind the input, which is there.
    pub(super) fn forward(
        &self,
        parameters: &mut Parameters,
        values: &mut [Activations],
        mode: Mode,
        clock: &mut Clock,
    ) {
        for (index, place) in self.places.iter().enumerate() {
            let (before, behind) = values.split_at_mut(index);
            let output = &mut behind[0];
            let input = |which: usize| &before[place.inputs[which]];
            let maps = place.maps;
            match place.step {
                Step::Input => {}
                Step::Layer(index) => {
                    let layer = &parameters.layers[index];
                    let bias = layer.bias.as_ref().map(|bias| bias.values.as_slice());
                    let weights = &layer.weight.values;
                    clock.time(index, || {
                        self.layers[index].forward(weights, bias, place.relu, input(0), output);
                    });
                }
                Step::Norm(index) => {
                    let parameters = &mut parameters.norms[index];
                    match mode {
                        Mode::Training => {
                            norm::in_training(parameters, input(0), output, place.relu)
                        }
                        Mode::Evaluation => {
                            norm::in_evaluation(parameters, input(0), output, place.relu);
                        }
                    }
                }
                Step::Relu => elementwise::relu(input(0), output),
                Step::Add
                    if place.inputs.len() == 2 && input(1).maps().channels == maps.channels =>
                {
                    let floor = if place.relu { 0.0 } else { f32::NEG_INFINITY };
                    elementwise::sum(input(0), input(1), output, floor);
                }
                Step::Add => {
                    elementwise::copy_into(input(0), output, 0);
                    for which in 1..place.inputs.len() {
                        let own = input(which).maps().channels;
                        let front = Op::zeros_in_front(place.maps.channels, own);
                        elementwise::add_to(input(which), output, front);
                    }
                    if place.relu {
                        elementwise::clip(output);
                    }
                }
                Step::Concat => {
                    let mut offset = 0;
                    for which in 0..place.inputs.len() {
                        elementwise::copy_into(input(which), output, offset);
                        offset += input(which).maps().channels;
                    }
                }
                Step::MaxPool(window) => maximum::forward(window, input(0), output),
                Step::AveragePool(size) => average::forward(size, input(0), output),
            }
        }
    }
}

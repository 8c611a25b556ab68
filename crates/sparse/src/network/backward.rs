use models::Op;

use super::buffers::Gradients;
use super::clock::Clock;
use super::graph::{Graph, Place, Step};
use super::parameters::Parameters;
use super::{average, elementwise, maximum, norm};
use crate::maps::Activations;

impl Graph {
    /// Adds the gradients of all parameters to theirs, from the gradient of the last place's value.
    pub(super) fn backward(
        &self,
        parameters: &mut Parameters,
        values: &[Activations],
        gradients: &mut Gradients,
        clock: &mut Clock,
    ) {
        for (index, place) in self.places.iter().enumerate().rev() {
            let Some(mut slopes) = gradients.take(index) else { continue };
            if place.relu {
                elementwise::where_positive(&values[index], &mut slopes);
            }
            self.pass(place, &values[index], slopes, parameters, (values, gradients), clock);
        }
    }

    /// Hands a place's gradient on to its parameters and inputs.
    fn pass(
        &self,
        place: &Place,
        output: &Activations,
        slopes: Activations,
        parameters: &mut Parameters,
        (values, gradients): (&[Activations], &mut Gradients),
        clock: &mut Clock,
    ) {
        let batch = slopes.batch();
        let maps = |source: usize| self.places[source].maps;
        let input = |which: usize| &values[place.inputs[which]];
        match place.step {
            Step::Input => {}
            Step::Layer(index) => {
                let (layer, own) = (&self.layers[index], &mut parameters.layers[index]);
                clock.time(index, || {
                    layer.weight_gradient(input(0), &slopes, &mut own.weight.gradient);
                    if let Some(bias) = &mut own.bias {
                        layer.bias_gradient(&slopes, &mut bias.gradient);
                    }
                });
                let source = place.inputs[0];
                if self.places[source].step != Step::Input {
                    let sum = gradients.of(source, maps(source), batch);
                    clock.time(index, || layer.input_gradient(&own.weight.values, &slopes, sum));
                }
            }
            Step::Norm(index) => {
                let source = place.inputs[0];
                let sum = gradients.of(source, maps(source), batch);
                norm::backward(&mut parameters.norms[index], input(0), &slopes, sum);
            }
            Step::Relu => {
                let mut slopes = slopes;
                elementwise::where_positive(output, &mut slopes);
                let source = place.inputs[0];
                let sum = gradients.of(source, maps(source), batch);
                elementwise::add_to(&slopes, sum, 0);
                return gradients.put_back(slopes);
            }
            Step::Add => {
                let (&first, others) = place.inputs.split_first().expect("a sum takes two values");
                for &source in others {
                    let sum = gradients.of(source, maps(source), batch);
                    let own = maps(source).channels;
                    let front = Op::zeros_in_front(place.maps.channels, own);
                    elementwise::add_from(&slopes, front, sum);
                }
                return gradients.give(first, maps(first), slopes);
            }
            Step::Concat => {
                let mut offset = 0;
                for &source in &place.inputs {
                    let sum = gradients.of(source, maps(source), batch);
                    elementwise::add_from(&slopes, offset, sum);
                    offset += maps(source).channels;
                }
            }
            Step::MaxPool(window) => {
                let source = place.inputs[0];
                let sum = gradients.of(source, maps(source), batch);
                maximum::backward(window, input(0), output, &slopes, sum);
            }
            Step::AveragePool(size) => {
                let source = place.inputs[0];
                let sum = gradients.of(source, maps(source), batch);
                average::backward(size, &slopes, sum);
            }
        }
        gradients.put_back(slopes);
    }
}

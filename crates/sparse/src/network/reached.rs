use super::parameters::Parameters;
use super::trainer::Trainer;
use crate::layer::Layer;

/// What a [`Trainer`] carries from one step to the next, but for which weights it stores.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// Steps so far.
    pub steps: i32,
    /// For each parameter (weight and, where there is one, bias of each layer, then scale and shift of each norm)
    /// its values, its velocity or first moment, and its second moment, empty where there is none, weights in their
    /// pattern's order; then of each norm the running mean and the running variance.
    pub numbers: Vec<Vec<f32>>,
}

impl Trainer {
    /// What it has reached: another trainer of the same network, patterns and optimiser that goes back to it takes
    /// the same steps from there, bit for bit.
    pub fn reached(&self) -> Reached {
        let mut parameters = self.parameters.clone();
        self.reorder(&mut parameters, |layer, numbers| layer.to_pattern(&numbers).into_owned());
        let numbers = numbers(&mut parameters).map(std::mem::take).collect();
        Reached { steps: self.time, numbers }
    }

    /// Goes back to it; `false`, and nothing is changed, where it is not that of such a trainer.
    pub fn go_back_to(&mut self, reached: &Reached) -> bool {
        let own = self.reached().numbers;
        if !own.iter().map(Vec::len).eq(reached.numbers.iter().map(Vec::len)) {
            return false;
        }
        for (own, reached) in numbers(&mut self.parameters).zip(&reached.numbers) {
            own.clone_from(reached);
        }
        let mut parameters = std::mem::take(&mut self.parameters);
        self.reorder(&mut parameters, Layer::of_pattern);
        self.parameters = parameters;
        self.time = reached.steps;
        true
    }

    /// Puts what belongs to the layers' weights into another order.
    fn reorder(&self, parameters: &mut Parameters, order: impl Fn(&Layer, Vec<f32>) -> Vec<f32>) {
        for (layer, own) in self.graph.layers.iter().zip(&mut parameters.layers) {
            for numbers in own.weight.numbers(self.optimiser) {
                *numbers = order(layer, std::mem::take(numbers));
            }
        }
    }
}

/// All of them, gradients left out: those are zero between two steps.
fn numbers(parameters: &mut Parameters) -> impl Iterator<Item = &mut Vec<f32>> {
    let Parameters { layers, norms } = parameters;
    let layers =
        layers.iter_mut().flat_map(|layer| [&mut layer.weight].into_iter().chain(&mut layer.bias));
    let mut running = Vec::new();
    let mut affine = Vec::new();
    for norm in norms {
        affine.extend([&mut norm.scale, &mut norm.shift]);
        running.extend([&mut norm.mean, &mut norm.variance]);
    }
    layers
        .chain(affine)
        .flat_map(|parameter| [&mut parameter.values, &mut parameter.first, &mut parameter.second])
        .chain(running)
}

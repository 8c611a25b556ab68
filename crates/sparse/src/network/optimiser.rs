use std::mem;

use pulp::{Arch, Simd, WithSimd};

use crate::layer::Layer;

/// What an optimiser does at a step, by PyTorch's rules; f32 throughout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimiser {
    /// v ← momentum · v + g, w ← w − rate · v; with Nesterov's momentum w ← w − rate · (g + momentum · v).
    Sgd {
        /// Share of the velocity that stays; 0 for none.
        momentum: f32,
        /// Nesterov's momentum.
        nesterov: bool,
        /// What is added to the gradient, times the weight.
        weight_decay: f32,
    },
    /// Adam (arXiv 1412.6980), with 0.9, 0.999 and ε = 10⁻⁸.
    Adam {
        /// What is added to the gradient, times the weight.
        weight_decay: f32,
    },
    /// AdamW (arXiv 1711.05101), with 0.9, 0.999 and ε = 10⁻⁸.
    AdamW {
        /// By what share, times the rate, weights shrink at each step.
        weight_decay: f32,
    },
}

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// Numbers that are trained, and what belongs to each.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Parameter {
    pub(super) values: Vec<f32>,
    pub(super) gradient: Vec<f32>,
    /// Velocity or first moment.
    pub(super) first: Vec<f32>,
    /// Second moment; empty where there is none.
    pub(super) second: Vec<f32>,
}

impl Parameter {
    pub(super) fn new(values: Vec<f32>, optimiser: Optimiser) -> Self {
        let zeros = vec![0.0; values.len()];
        let second = if optimiser.has_second() { zeros.clone() } else { Vec::new() };
        Self { values, gradient: zeros.clone(), first: zeros, second }
    }

    /// Numbers that are not trained.
    pub(super) fn fixed(values: Vec<f32>) -> Self {
        Self { values, ..Self::default() }
    }

    /// The same for the weights of another layer; zeros for those that are new.
    pub(super) fn rearrange(&mut self, optimiser: Optimiser, before: &Layer, now: &Layer) {
        for numbers in self.numbers(optimiser) {
            let dense = before.pattern().expand(&before.to_pattern(numbers));
            *numbers = now.of_pattern(now.pattern().compress(&dense));
        }
        // Between two steps it is zero.
        self.gradient = vec![0.0; self.values.len()];
    }

    /// What goes on from one step to the next, moments that the optimiser does not have left out.
    pub(super) fn numbers(&mut self, optimiser: Optimiser) -> Vec<&mut Vec<f32>> {
        let Self { values, first, second, .. } = self;
        let second = optimiser.has_second().then_some(second);
        [values, first].into_iter().chain(second).collect()
    }
}

impl Optimiser {
    fn has_second(self) -> bool {
        !matches!(self, Self::Sgd { .. })
    }

    /// One step; `time` counts from 1. The gradient is zero afterwards.
    pub(super) fn step(self, parameter: &mut Parameter, rate: f64, time: i32) {
        Arch::new().dispatch(Update { optimiser: self, parameter, rate, time });
    }
}

/// A step of one parameter. No closure, since what the compiler does not inline of one is compiled for the least of
/// the instruction sets.
struct Update<'a> {
    optimiser: Optimiser,
    parameter: &'a mut Parameter,
    rate: f64,
    time: i32,
}

impl WithSimd for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { optimiser, parameter, rate, time } = self;
        match optimiser {
            Optimiser::Sgd { momentum, nesterov, weight_decay } => {
                sgd(parameter, rate as f32, momentum, nesterov, weight_decay);
            }
            Optimiser::Adam { weight_decay } => {
                adam(parameter, rate as f32, time, weight_decay, 1.0);
            }
            Optimiser::AdamW { weight_decay } => {
                let shrunk = (1.0 - rate * f64::from(weight_decay)) as f32;
                adam(parameter, rate as f32, time, 0.0, shrunk);
            }
        }
    }
}

#[inline(always)]
fn sgd(parameter: &mut Parameter, rate: f32, momentum: f32, nesterov: bool, decay: f32) {
    let Parameter { values, gradient, first, .. } = parameter;
    for ((w, g), v) in values.iter_mut().zip(gradient).zip(first) {
        let g = *w * decay + mem::take(g);
        *v = g + *v * momentum;
        let direction = if nesterov { *v * momentum + g } else { *v };
        *w -= direction * rate;
    }
}

#[inline(always)]
fn adam(parameter: &mut Parameter, rate: f32, time: i32, decay: f32, shrunk: f32) {
    let correction = (1.0 - BETA_2.powi(time)).sqrt();
    let factor = correction / (1.0 - BETA_1.powi(time));
    let Parameter { values, gradient, first, second } = parameter;
    let moments = first.iter_mut().zip(second);
    for ((w, g), (m, v)) in values.iter_mut().zip(gradient).zip(moments) {
        let g = *w * decay + mem::take(g);
        *m = *m * BETA_1 + g * (1.0 - BETA_1);
        *v = *v * BETA_2 + g * g * (1.0 - BETA_2);
        *w = *w * shrunk - *m * factor / (v.sqrt() + EPSILON * correction) * rate;
    }
}

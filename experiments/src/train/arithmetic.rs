//! In which numbers a step computes, and the scale of its loss.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Bool, Device, Tensor};
use models::{Half, Network};

use crate::config::Precision;

/// Full or mixed precision (Micikevicius et al., arXiv 1710.03740). Weights, optimiser and loss have 32 bits always.
pub(super) enum Arithmetic {
    Full,
    /// Small gradients do not vanish in it.
    BFloat,
    /// Gradients are those of a scaled loss on their way back.
    Float(Box<Scale>),
}

impl Arithmetic {
    pub(super) fn new(precision: Precision, device: &Device) -> Self {
        match precision {
            Precision::Full => Self::Full,
            Precision::Mixed(Half::BF16) => Self::BFloat,
            Precision::Mixed(Half::F16) => Self::Float(Box::new(Scale::new(device))),
        }
    }

    /// Logits, in 32 bits.
    pub(super) fn forward(&self, network: &Network, images: Tensor<4>) -> Tensor<2> {
        match self {
            Self::Full => network.forward(images),
            Self::BFloat => network.forward_mixed(images, Half::BF16),
            Self::Float(_) => network.forward_mixed(images, Half::F16),
        }
    }

    /// What gradients are taken of.
    pub(super) fn scaled(&self, loss: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Float(scale) => loss * Tensor::from_inner(scale.factor.clone()),
            Self::Full | Self::BFloat => loss,
        }
    }

    /// The scale of the loss and the steps since it was changed, where there is one.
    pub(super) fn scale(&self) -> Option<[f32; 2]> {
        match self {
            Self::Float(scale) => {
                Some([&scale.factor, &scale.steps].map(|number| number.clone().into_scalar()))
            }
            Self::Full | Self::BFloat => None,
        }
    }

    /// Puts these two in place of its own.
    pub(super) fn set_scale(&mut self, [factor, steps]: [f32; 2], device: &Device) {
        if let Self::Float(scale) = self {
            **scale = Scale::at(factor, device);
            scale.steps = Tensor::from_floats([steps], device);
        }
    }

    /// Makes them the gradients of the loss itself.
    pub(super) fn unscale(&mut self, network: &Network, gradients: &mut GradientsParams) {
        if let Self::Float(scale) = self {
            scale.unscale(network, gradients);
        }
    }
}

/// By what a loss is multiplied: as much as its gradients bear. All of it stays on the device.
pub(super) struct Scale {
    /// `[1]`
    factor: Tensor<1>,
    /// Steps without an overflow, `[1]`.
    steps: Tensor<1>,
}

impl Scale {
    /// Where it starts, as in PyTorch's `GradScaler`, like the numbers below.
    const FIRST: f32 = 65536.0;
    /// After so many steps without an overflow it is doubled; after an overflow halved.
    const PATIENCE: f32 = 2000.0;

    fn new(device: &Device) -> Self {
        Self::at(Self::FIRST, device)
    }

    pub(super) fn at(factor: f32, device: &Device) -> Self {
        let device = device.clone().without_autodiff();
        let number = |value: f32| Tensor::from_floats([value], &device);
        Self { factor: number(factor), steps: number(0.0) }
    }

    #[cfg(test)]
    pub(super) fn value(&self) -> f32 {
        self.factor.clone().into_scalar()
    }

    /// A step whose gradients overflow is one with gradients of zero.
    fn unscale(&mut self, network: &Network, gradients: &mut GradientsParams) {
        let mut probe = Probe { gradients, sum: self.factor.zeros_like() };
        network.visit(&mut probe);
        let overflow = probe.sum.is_nan();
        let factor = self.factor.clone();
        network.visit(&mut Division { gradients, factor, overflow: overflow.clone() });
        self.adapt(overflow);
    }

    fn adapt(&mut self, overflow: Tensor<1, Bool>) {
        let fine = overflow.bool_not().float();
        let steps = (self.steps.clone() + 1.0) * fine.clone();
        let patient = steps.clone().equal_elem(Self::PATIENCE).float();
        let change = (fine * 0.5 + 0.5) * (patient.clone() + 1.0);
        self.factor = (self.factor.clone() * change).clamp(1.0, 2f32.powi(24));
        self.steps = steps * (patient.neg() + 1.0);
    }
}

/// The sum of all gradients times zero: zero, or no number if one of them is not finite.
struct Probe<'a> {
    gradients: &'a GradientsParams,
    sum: Tensor<1>,
}

impl ModuleVisitor for Probe<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(parameter.id) {
            self.sum = self.sum.clone() + (gradient * 0.0).sum();
        }
    }
}

/// Divides all gradients, or makes all of them zero.
struct Division<'a> {
    gradients: &'a mut GradientsParams,
    factor: Tensor<1>,
    overflow: Tensor<1, Bool>,
}

impl ModuleVisitor for Division<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(parameter.id) {
            let overflow = self.overflow.clone().reshape([1; D]).expand(gradient.shape());
            let divided = gradient / self.factor.clone().reshape([1; D]);
            self.gradients.register(parameter.id, divided.mask_fill(overflow, 0.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(factor: f32, steps: f32) -> Scale {
        let device = Device::flex();
        Scale {
            factor: Tensor::from_floats([factor], &device),
            steps: Tensor::from_floats([steps], &device),
        }
    }

    fn adapted(mut scale: Scale, overflow: bool) -> [f32; 2] {
        scale.adapt(Tensor::from_data([overflow], &Device::flex()));
        [scale.factor, scale.steps].map(|value| value.into_scalar::<f32>())
    }

    #[test]
    fn the_scale_grows_with_patience_and_falls_at_once() {
        assert_eq!(adapted(scale(1024.0, 5.0), false), [1024.0, 6.0]);
        assert_eq!(adapted(scale(1024.0, 1999.0), false), [2048.0, 0.0]);
        assert_eq!(adapted(scale(1024.0, 1999.0), true), [512.0, 0.0]);
        assert_eq!(adapted(scale(1.0, 0.0), true), [1.0, 0.0]);
    }
}

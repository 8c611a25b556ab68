use burn::module::{Module, Param, RunningState};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, Tensor, TensorData};
use kernels::Normalised;

use crate::parameters::{plain, values};

/// Share of the batch's statistics in the running ones: PyTorch's default.
const MOMENTUM: f64 = 0.1;

/// One batch normalisation: each channel is normalised, then scaled and shifted.
#[derive(Debug, Clone, PartialEq)]
pub struct NormSpec {
    /// Name, as in PyTorch's `state_dict` without the final `.weight` (`bn1`, `layer1.0.bn2`).
    pub name: String,
    /// Channels, each with a scale, a shift, a running mean and a running variance.
    pub channels: usize,
    /// What is added to the variance before its root is taken.
    pub epsilon: f64,
}

impl NormSpec {
    /// Scales and shifts; running statistics are not parameters.
    pub fn parameters(&self) -> usize {
        2 * self.channels
    }
}

/// What a norm holds, on the host, one value a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct NormValues {
    /// What channels are multiplied with.
    pub scale: Vec<f32>,
    /// What is added to them.
    pub shift: Vec<f32>,
    /// Running mean.
    pub mean: Vec<f32>,
    /// Running variance.
    pub variance: Vec<f32>,
}

impl NormValues {
    /// Name of the running variance in PyTorch's files.
    pub const VARIANCE: &str = "running_var";
    /// PyTorch's names of the four tensors, in the order of the fields.
    pub const NAMES: [&str; 4] = ["weight", "bias", "running_mean", Self::VARIANCE];

    /// What a norm holds before it has seen a batch: it changes nothing.
    pub(crate) fn initial(norm: &NormSpec) -> Self {
        let (zeros, ones) = (vec![0.0; norm.channels], vec![1.0; norm.channels]);
        Self { scale: ones.clone(), shift: zeros.clone(), mean: zeros, variance: ones }
    }

    /// Copied from the device, with every batch that was seen.
    pub(crate) fn of(norm: &BatchNorm) -> Self {
        Self {
            scale: values(plain(norm.gamma.val())),
            shift: values(plain(norm.beta.val())),
            mean: values(statistic(&norm.running_mean)),
            variance: values(statistic(&norm.running_var)),
        }
    }

    /// From the tensors of these [`NAMES`](Self::NAMES).
    ///
    /// # Errors
    /// The first that `tensor` gives.
    pub fn try_from_named<E>(
        mut tensor: impl FnMut(&str) -> Result<Vec<f32>, E>,
    ) -> Result<Self, E> {
        let [scale, shift, mean, variance] = Self::NAMES.map(&mut tensor);
        Ok(Self { scale: scale?, shift: shift?, mean: mean?, variance: variance? })
    }

    /// Each tensor with its name.
    pub fn named(self) -> [(&'static str, Vec<f32>); 4] {
        let Self { scale, shift, mean, variance } = self;
        let [a, b, c, d] = Self::NAMES;
        [(a, scale), (b, shift), (c, mean), (d, variance)]
    }

    pub(crate) fn place(self, norm: &NormSpec, device: &Device) -> BatchNorm {
        let config =
            BatchNormConfig::new(norm.channels).with_epsilon(norm.epsilon).with_momentum(MOMENTUM);
        let data = |values| TensorData::new(values, [norm.channels]);
        BatchNorm {
            gamma: Param::from_data(data(self.scale), device),
            beta: Param::from_data(data(self.shift), device),
            running_mean: RunningState::new(Tensor::from_data(data(self.mean), device)),
            running_var: RunningState::new(Tensor::from_data(data(self.variance), device)),
            ..config.init(device)
        }
    }
}

/// burn's rule, with this project's kernels where there are some: the statistics of the batch on a
/// device with gradients, which move the running ones, and the running ones elsewhere.
pub(crate) fn forward(norm: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    if !(x.device().is_autodiff() && norm.training.is_enabled()) {
        let mean = norm.running_mean.value().to_device(&x.device());
        let variance = norm.running_var.value().to_device(&x.device());
        let factor = norm.gamma.val() / variance.add_scalar(norm.epsilon).sqrt();
        let summand = norm.beta.val() - mean * factor.clone();
        return kernels::affine(x, factor, summand);
    }
    let Normalised { output, mean, variance } =
        kernels::batch_norm(x, norm.gamma.val(), norm.beta.val(), norm.epsilon);
    let share = norm.momentum;
    let moved = |running: &RunningState<Tensor<1>>, batch: Tensor<1>| {
        let kept = running.value_sync().mul_scalar(1.0 - share);
        running.update((kept + batch.mul_scalar(share)).detach());
    };
    moved(&norm.running_mean, mean);
    moved(&norm.running_var, variance);
    output
}

/// scale / √(running variance + ε) of each channel, without gradient.
pub(crate) fn factor(norm: &BatchNorm) -> Tensor<1> {
    let deviation = statistic(&norm.running_var).add_scalar(norm.epsilon).sqrt();
    plain(norm.gamma.val()) / deviation
}

/// The same norm with running statistics of its own: burn's clones share them.
pub(crate) fn detached(norm: &BatchNorm) -> BatchNorm {
    let part = |state: &RunningState<Tensor<1>>| match state.value().is_autodiff() {
        true => state.valid().train(),
        false => state.valid(),
    };
    BatchNorm {
        running_mean: part(&norm.running_mean),
        running_var: part(&norm.running_var),
        ..norm.clone()
    }
}

/// The running statistic without gradient. burn holds the last batch's contribution back until
/// the next one; `valid` lets it in.
pub(crate) fn statistic(state: &RunningState<Tensor<1>>) -> Tensor<1> {
    state.valid().value()
}

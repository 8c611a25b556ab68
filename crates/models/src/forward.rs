use burn::tensor::Tensor;
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;

use crate::architecture::Op;
use crate::network::Network;
use crate::norm;
use crate::window::Window;

impl Network {
    /// Logits `[batch, classes]` of images `[batch, channels, height, width]`.
    ///
    /// On a device with gradients, norms use the statistics of the batch and move their running
    /// ones; without gradients (see `valid()`) they use the running ones.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.forward_watched(images, |_, _| {})
    }

    /// As [`forward`](Self::forward), and hands every prunable layer's input to `watch` on the
    /// way: the layer's index in [`Architecture::layers`](crate::Architecture::layers) and its
    /// input `[batch, channels, height, width]` (`[batch, features, 1, 1]` in front of a linear
    /// layer).
    pub fn forward_watched(
        &self,
        images: Tensor<4>,
        mut watch: impl FnMut(usize, &Tensor<4>),
    ) -> Tensor<2> {
        let step = |op: &Op, inputs| self.value(op, inputs, &mut watch);
        self.architecture().walk(images, step).flatten(1, 3)
    }

    /// What an operation of this network's graph gives for `inputs`, each
    /// `[batch, channels, height, width]`: one step of a [walk](crate::Architecture::walk).
    pub fn apply(&self, op: &Op, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        self.value(op, inputs, &mut |_, _| {})
    }

    /// Value of a node that takes `inputs`.
    fn value(
        &self,
        op: &Op,
        inputs: Vec<Tensor<4>>,
        watch: &mut impl FnMut(usize, &Tensor<4>),
    ) -> Tensor<4> {
        match *op {
            Op::Input => only(inputs),
            Op::Layer(index) => {
                let layer = &self.parameters()[index];
                let x = layer.arrange(only(inputs));
                watch(index, &x);
                layer.forward(x)
            }
            Op::BatchNorm(index) => norm::forward(&self.norms()[index], only(inputs)),
            Op::Relu => kernels::relu(only(inputs)),
            Op::Add => inputs.into_iter().reduce(kernels::add).expect("a sum takes two values"),
            Op::AddPadded => {
                let [wide, narrow] = inputs.try_into().expect("a padded sum takes two values");
                let channels = wide.dims()[1];
                kernels::add(wide, padded(narrow, channels))
            }
            Op::Concat => Tensor::cat(inputs, 1),
            Op::MaxPool(window) => {
                let Window { size, stride, padding } = window;
                kernels::max_pool(only(inputs), [size; 2], [stride; 2], [padding; 2])
            }
            Op::AveragePool(size) => avg_pool2d(only(inputs), AvgPoolOptions::new([size; 2])),
        }
    }
}

/// The value with so many channels, as [`Op::AddPadded`] takes it.
pub(crate) fn padded(x: Tensor<4>, channels: usize) -> Tensor<4> {
    let [batch, own, height, width] = x.dims();
    let front = Op::zeros_in_front(channels, own);
    let device = x.device();
    let zeros =
        |count| (count > 0).then(|| Tensor::<4>::zeros([batch, count, height, width], &device));
    let parts = [zeros(front), Some(x), zeros(channels - own - front)];
    Tensor::cat(parts.into_iter().flatten().collect(), 1)
}

fn only(mut inputs: Vec<Tensor<4>>) -> Tensor<4> {
    inputs.pop().expect("the builder gives the operation one value")
}

use burn::module::{Module, Param};
use burn::nn::BatchNorm;
use burn::tensor::Tensor;

use crate::architecture::Op;
use crate::network::Network;
use crate::parameters::{Parameters, plain};

impl Network {
    /// The gradient of a loss with respect to the prunable weights, in evaluation: `[units, fan_in]`
    /// for each layer in the order of [`Architecture::layers`](crate::Architecture::layers), without
    /// gradient itself.
    ///
    /// `loss` gets a twin of this network, on a device with gradients, and returns a scalar that it
    /// computed from the twin. The twin's norms use the running statistics and leave them as they
    /// are; its biases and norms are constants.
    ///
    /// ```
    /// # use burn::tensor::{Device, Tensor};
    /// # use models::{Initialisation, Network, zoo};
    /// # let device = Device::flex();
    /// # let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
    /// # let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &device);
    /// // Which weights move the sum of all logits?
    /// let images = Tensor::ones([2, 1, 28, 28], &device);
    /// let gradients = network.weight_gradients(|network| network.forward(images).sum());
    /// assert_eq!(gradients[0].dims(), [300, 784]);
    /// # Ok::<(), models::ModelError>(())
    /// ```
    ///
    /// # Panics
    /// When the loss does not depend on any weight.
    pub fn weight_gradients(&self, loss: impl FnOnce(&Self) -> Tensor<1>) -> Vec<Tensor<2>> {
        let twin = self.differentiable();
        let gradients = loss(&twin).backward();
        let layers = twin.parameters().iter().zip(self.architecture().layers());
        let gradients = layers.enumerate().map(|(index, (parameters, spec))| {
            let gradient = match parameters {
                Parameters::Linear(layer) => {
                    layer.weight.val().grad(&gradients).map(Tensor::transpose)
                }
                Parameters::Convolution(layer) => {
                    let gradient = layer.weight.val().grad(&gradients);
                    gradient.map(|gradient| gradient.reshape([spec.units, spec.fan_in()]))
                }
            };
            // A layer that the loss does not depend on has none.
            gradient.unwrap_or_else(|| self.weight(index).zeros_like())
        });
        gradients.collect()
    }

    /// How the loss of each image would change, to first order, if a layer did not read one of its input
    /// channels: `[images, channels]` for each layer, the sum over positions of a · ∂L/∂a for what this
    /// layer alone reads. In evaluation, without gradient itself.
    ///
    /// `loss` gets the logits and returns the sum of all images' losses. A linear layer behind a map has
    /// the map's channels.
    pub fn channel_slopes(
        &self,
        images: Tensor<4>,
        loss: impl FnOnce(Tensor<2>) -> Tensor<1>,
    ) -> Vec<Tensor<2>> {
        let twin = self.twin(constant, constant);
        let mut gates = vec![None; self.architecture().layers().len()];
        let logits = twin.architecture().walk(Tensor::from_inner(images), |op, mut inputs| {
            if let Op::Layer(index) = *op {
                let [batch, channels, ..] = inputs[0].dims();
                // A factor of 1 for each channel: its gradient is the sum over positions.
                let gate = Tensor::<4>::ones([batch, channels, 1, 1], &inputs[0].device());
                let gate = gate.require_grad();
                inputs[0] = inputs[0].clone() * gate.clone();
                gates[index] = Some(gate);
            }
            twin.apply(op, inputs)
        });
        let gradients = loss(logits.flatten(1, 3)).backward();
        let slopes = gates.into_iter().flatten().map(|gate| {
            let slope = gate.grad(&gradients).unwrap_or_else(|| gate.inner().zeros_like());
            slope.flatten::<2>(1, 3)
        });
        slopes.collect()
    }

    /// The twin with gradients for the prunable weights alone, in evaluation whatever the device.
    fn differentiable(&self) -> Self {
        self.twin(tracked, tracked)
    }

    /// The twin on a device with gradients, in evaluation, with these weights; its biases and norms are
    /// constants.
    fn twin(&self, linear: Prepare<2>, convolution: Prepare<4>) -> Self {
        let twin = self.clone().map_parameters(|_, parameters| match parameters {
            Parameters::Linear(mut layer) => {
                layer.weight = linear(layer.weight);
                layer.bias = layer.bias.map(constant);
                Parameters::Linear(layer)
            }
            Parameters::Convolution(mut layer) => {
                layer.weight = convolution(layer.weight);
                layer.bias = layer.bias.map(constant);
                Parameters::Convolution(layer)
            }
        });
        twin.map_norms(|_, norm| BatchNorm {
            gamma: constant(norm.gamma.clone()),
            beta: constant(norm.beta.clone()),
            // Without it burn would take the statistics of the batch, and move the running ones.
            training: Param::from_bool(false),
            running_mean: norm.running_mean.valid().train(),
            running_var: norm.running_var.valid().train(),
            ..*norm
        })
    }
}

/// What becomes of a weight in a twin.
type Prepare<const D: usize> = fn(Param<Tensor<D>>) -> Param<Tensor<D>>;

fn tracked<const D: usize>(weight: Param<Tensor<D>>) -> Param<Tensor<D>> {
    weight.map(|weight| Tensor::from_inner(plain(weight)).require_grad())
}

fn constant<const D: usize>(parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
    parameter.map(|value| Tensor::from_inner(plain(value)))
}

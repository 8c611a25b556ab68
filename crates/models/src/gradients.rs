use burn::module::{Module, Param};
use burn::nn::BatchNorm;
use burn::tensor::Tensor;

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

    /// The twin with gradients for the prunable weights alone, in evaluation whatever the device.
    fn differentiable(&self) -> Self {
        let twin = self.clone().map_parameters(|_, parameters| match parameters {
            Parameters::Linear(mut layer) => {
                layer.weight = tracked(layer.weight);
                layer.bias = layer.bias.map(constant);
                Parameters::Linear(layer)
            }
            Parameters::Convolution(mut layer) => {
                layer.weight = tracked(layer.weight);
                layer.bias = layer.bias.map(constant);
                Parameters::Convolution(layer)
            }
        });
        twin.map_norms(|norm| BatchNorm {
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

fn tracked<const D: usize>(weight: Param<Tensor<D>>) -> Param<Tensor<D>> {
    weight.map(|weight| Tensor::from_inner(plain(weight)).require_grad())
}

fn constant<const D: usize>(parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
    parameter.map(|value| Tensor::from_inner(plain(value)))
}

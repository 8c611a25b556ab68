use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d_with_indices;

use crate::architecture::Op;
use crate::forward::padded;
use crate::network::Network;

/// A value, and how fast it changes as the weights move; `None` where it does not.
#[derive(Clone)]
struct Moving {
    value: Tensor<4>,
    tangent: Option<Tensor<4>>,
}

impl Network {
    /// Logits `[batch, classes]`, and their derivative in a direction of the prunable weights: how
    /// fast they change as each layer's weight moves by its `direction` `[units, fan_in]`.
    ///
    /// In evaluation only: norms take their running statistics. Inside
    /// [`weight_gradients`](Self::weight_gradients) both results can be differentiated again. The
    /// gradient of a directional derivative is a Hessian-vector product, exact and without second
    /// derivatives of any operation (Pearlmutter 1994, *Fast exact multiplication by the Hessian*).
    ///
    /// ```
    /// # use burn::tensor::{Device, Tensor};
    /// # use models::{Initialisation, Network, zoo};
    /// # let device = Device::flex();
    /// # let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
    /// # let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &device);
    /// // H v for the loss Σ z², whose derivative along v is Σ 2 z ż.
    /// let images = Tensor::ones([2, 1, 28, 28], &device);
    /// let v: Vec<_> = (0..3).map(|layer| network.weight(layer)).collect();
    /// let product = network.weight_gradients(|network| {
    ///     let (logits, tangents) = network.forward_with_tangent(images, &v);
    ///     (logits * tangents).sum().mul_scalar(2)
    /// });
    /// assert_eq!(product[0].dims(), [300, 784]);
    /// # Ok::<(), models::ModelError>(())
    /// ```
    ///
    /// # Panics
    /// When `direction` does not hold one tensor for each layer.
    pub fn forward_with_tangent(
        &self,
        images: Tensor<4>,
        direction: &[Tensor<2>],
    ) -> (Tensor<2>, Tensor<2>) {
        let start = Moving { value: images, tangent: None };
        let step = |op: &Op, inputs| self.moving(op, inputs, direction);
        let Moving { value, tangent } = self.architecture().walk(start, step);
        let tangent = tangent.unwrap_or_else(|| value.zeros_like());
        (value.flatten(1, 3), tangent.flatten(1, 3))
    }

    fn moving(&self, op: &Op, mut inputs: Vec<Moving>, direction: &[Tensor<2>]) -> Moving {
        match *op {
            Op::Add => {
                let sum = |a: Moving, b: Moving| Moving {
                    tangent: match (a.tangent, b.tangent) {
                        (Some(a), Some(b)) => Some(a + b),
                        (one, other) => one.or(other),
                    },
                    value: a.value + b.value,
                };
                inputs.into_iter().reduce(sum).expect("a sum takes two values")
            }
            Op::AddPadded => {
                let [wide, narrow]: [Moving; 2] =
                    inputs.try_into().ok().expect("a padded sum takes two values");
                let channels = wide.value.dims()[1];
                let through = narrow.tangent.map(|t| padded(t, channels));
                Moving {
                    tangent: match (wide.tangent, through) {
                        (Some(a), Some(b)) => Some(a + b),
                        (one, other) => one.or(other),
                    },
                    value: wide.value + padded(narrow.value, channels),
                }
            }
            Op::Concat => {
                let still = |x: &Moving| x.value.zeros_like();
                let any = inputs.iter().any(|x| x.tangent.is_some());
                let tangents =
                    || inputs.iter().map(|x| x.tangent.clone().unwrap_or_else(|| still(x)));
                let tangent = any.then(|| Tensor::cat(tangents().collect(), 1));
                let values = inputs.iter().map(|x| x.value.clone()).collect();
                Moving { value: Tensor::cat(values, 1), tangent }
            }
            _ => {
                let Moving { value, tangent } =
                    inputs.pop().expect("the builder gives the operation one value");
                self.moving_one(op, value, tangent, direction)
            }
        }
    }

    /// An operation on one value.
    fn moving_one(
        &self,
        op: &Op,
        x: Tensor<4>,
        tangent: Option<Tensor<4>>,
        direction: &[Tensor<2>],
    ) -> Moving {
        let apply = |x| self.apply(op, vec![x]);
        match *op {
            // The product rule; the bias does not move.
            Op::Layer(index) => {
                let spec = &self.architecture().layers()[index];
                let own = spec.product(direction[index].clone(), x.clone());
                let through = tangent.map(|t| spec.product(self.tracked_weight(index), t));
                let tangent = through.map_or_else(|| own.clone(), |through| through + own.clone());
                Moving { value: apply(x), tangent: Some(tangent) }
            }
            Op::BatchNorm(index) => {
                let tangent = tangent.map(|t| t * self.norm_factor(index).reshape([1, -1, 1, 1]));
                Moving { value: apply(x), tangent }
            }
            Op::Relu => {
                let tangent = tangent.map(|t| {
                    let silent = x.clone().lower_equal_elem(0.0);
                    t.mask_fill(silent, 0.0)
                });
                Moving { value: relu(x), tangent }
            }
            Op::MaxPool(window) => {
                let [batch, channels, height, width] = x.dims();
                let (value, largest) = max_pool2d_with_indices(x, window.options());
                let shape = value.dims();
                let tangent = tangent.map(|t| {
                    let maps = t.reshape([batch, channels, height * width]);
                    maps.gather(2, largest.flatten::<3>(2, 3)).reshape(shape)
                });
                Moving { value, tangent }
            }
            // Linear.
            _ => Moving { value: apply(x), tangent: tangent.map(apply) },
        }
    }
}

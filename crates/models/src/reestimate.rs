use burn::module::RunningState;
use burn::nn::BatchNorm;
use burn::tensor::Tensor;

use crate::architecture::Op;
use crate::network::Network;
use crate::parameters::plain;

/// Sums of the means and of the variances of a norm's batches, each times the batch's images.
type Sums = Option<(Tensor<1>, Tensor<1>)>;

impl Network {
    /// The same network, its norms' running statistics those of these batches and of nothing before:
    /// the mean over all images of each batch's mean and (biased) variance, with every norm behind
    /// another one seeing what that one makes of the same batch, as in training.
    ///
    /// For a network whose weights were changed without training it: its running statistics are still
    /// those of the weights before. The network and the batches are without gradients. Without norms,
    /// or without images, it stays as it is.
    pub fn reestimated(&self, batches: impl IntoIterator<Item = Tensor<4>>) -> Self {
        let mut sums: Vec<Sums> = vec![None; self.norms().len()];
        if sums.is_empty() {
            return self.clone();
        }
        let mut images = 0;
        for batch in batches {
            let count = batch.dims()[0];
            images += count;
            self.architecture().walk(batch, |op, inputs| match *op {
                Op::BatchNorm(index) => {
                    let [x] = inputs.try_into().expect("a norm takes one value");
                    let [mean, variance] = statistics(&x);
                    add(&mut sums[index], (&mean, &variance), count);
                    normalise(&self.norms()[index], x, mean, variance)
                }
                _ => self.apply(op, inputs),
            });
        }
        let share = |sum: Tensor<1>| RunningState::new(sum.div_scalar(images as f64));
        self.clone().map_norms(|index, norm| match sums[index].take() {
            None => norm.clone(),
            Some((mean, variance)) => BatchNorm {
                running_mean: share(mean),
                running_var: share(variance),
                ..norm.clone()
            },
        })
    }
}

/// Mean and variance of each channel over images and positions, each `[1, channels, 1, 1]`.
fn statistics(x: &Tensor<4>) -> [Tensor<4>; 2] {
    let over = |x: Tensor<4>| x.mean_dim(0).mean_dim(2).mean_dim(3);
    let mean = over(x.clone());
    let variance = over((x.clone() - mean.clone()).square());
    [mean, variance]
}

fn add(sums: &mut Sums, (mean, variance): (&Tensor<4>, &Tensor<4>), count: usize) {
    let flat = |x: &Tensor<4>| x.clone().flatten::<1>(0, 3).mul_scalar(count as f64);
    let (mean, variance) = (flat(mean), flat(variance));
    *sums = Some(match sums.take() {
        None => (mean, variance),
        Some((means, variances)) => (means + mean, variances + variance),
    });
}

/// What the norm makes of a batch in training.
fn normalise(norm: &BatchNorm, x: Tensor<4>, mean: Tensor<4>, variance: Tensor<4>) -> Tensor<4> {
    let [_, channels, _, _] = x.dims();
    let channel = |values: Tensor<1>| values.reshape([1, channels, 1, 1]);
    let deviation = variance.add_scalar(norm.epsilon).sqrt();
    let scaled = (x - mean) / deviation * channel(plain(norm.gamma.val()));
    scaled + channel(plain(norm.beta.val()))
}

use burn::tensor::Tensor;
use burn::tensor::module::unfold4d;
use burn::tensor::ops::UnfoldOptions;
use models::{LayerKind, LayerSpec, Network};

/// Sums below this give no relative importance (the f32 epsilon, as in the authors' code).
const SMALLEST_SUM: f64 = f32::EPSILON as f64;

/// SiPP's empirical sensitivities: how much each weight contributes, at its strongest, to the
/// output of its unit (arXiv 1910.05422; `s_ij` there).
///
/// Take one unit and the weights v ≥ 0 of one of its sides (the positive weights, or the absolute
/// values of the negative ones), and the input patch a_p(x) ≥ 0 of the point x at position p. The
/// weight's relative importance is
///
/// ```text
/// g_j(x, p) = v_j a_pj(x) / Σ_k v_k a_pk(x)        (0 where the sum is 0)
/// s_j       = max over points x of the mean over positions p of g_j(x, p)
/// ```
///
/// Inputs with negative entries are split into a⁺ and a⁻ first, and s_j is the larger of both.
/// Biases do not take part. Because v_j is the same at every position, the mean is one matrix
/// product for each image: s_j = v_j · (1/P) Σ_p a_pj / z_p with z = ⟨v, a_p⟩.
///
/// `images` is `[points, channels, height, width]`, taken `chunk` points at a time, which bounds
/// the memory. The result has a tensor `[units, fan_in]` for each prunable layer, with values in
/// [0, 1].
pub fn sensitivities(network: &Network, images: &Tensor<4>, chunk: usize) -> Vec<Tensor<2>> {
    let specs = network.architecture().layers();
    let sides: Vec<[Tensor<2>; 2]> =
        (0..specs.len()).map(|layer| halves(network.weight(layer))).collect();
    let mut strongest: Vec<Option<Tensor<2>>> = vec![None; specs.len()];
    for start in (0..images.dims()[0]).step_by(chunk) {
        let end = (start + chunk).min(images.dims()[0]);
        network.forward_watched(images.clone().narrow(0, start, end - start), |layer, input| {
            let here = of_chunk(&specs[layer], &sides[layer], input.clone());
            strongest[layer] = Some(match strongest[layer].take() {
                Some(before) => before.max_pair(here),
                None => here,
            });
        });
    }
    let none = |layer: usize| network.weight(layer).zeros_like();
    strongest.into_iter().enumerate().map(|(layer, s)| s.unwrap_or_else(|| none(layer))).collect()
}

/// Sensitivities `[units, fan_in]` of one layer over one chunk of inputs
/// `[points, channels, height, width]`.
fn of_chunk(spec: &LayerSpec, sides: &[Tensor<2>; 2], input: Tensor<4>) -> Tensor<2> {
    let patches = patches(spec, input);
    let signed = patches.clone().lower_elem(0.0).any().into_scalar::<bool>();
    let mut importance = one_sign(sides, patches.clone().clamp_min(0.0));
    if signed {
        importance = importance.max_pair(one_sign(sides, patches.neg().clamp_min(0.0)));
    }
    importance
}

/// The layer's input patches, `[points, fan_in, positions]`.
fn patches(spec: &LayerSpec, input: Tensor<4>) -> Tensor<3> {
    match spec.kind {
        LayerKind::Linear => input.flatten(2, 3),
        LayerKind::Convolution { stride, padding } => {
            unfold4d(input, spec.kernel, UnfoldOptions::new(stride, padding, [1, 1]))
        }
    }
}

/// Relative importance for patches without negative entries: each weight belongs to one side.
fn one_sign(sides: &[Tensor<2>; 2], patches: Tensor<3>) -> Tensor<2> {
    let [plus, minus] = sides.each_ref().map(|side| one_side(side, &patches));
    plus + minus
}

/// v_j · max over points of (1/P) Σ_p a_pj / z_p, for the weights `[units, fan_in]` of one side.
///
/// The maximum is taken point by point: the running one stays in the cache, which is several times
/// faster than a product for all points at once and a reduction of it.
fn one_side(side: &Tensor<2>, patches: &Tensor<3>) -> Tensor<2> {
    let [points, fan_in, positions] = patches.dims();
    let units = side.dims()[0];
    let sums = side.clone().unsqueeze::<3>().matmul(patches.clone());
    let silent = sums.clone().lower_equal_elem(SMALLEST_SUM);
    let inverse = sums.recip().mask_fill(silent, 0.0).div_scalar(positions as f64);
    let mean = |x: usize| {
        let inverse = inverse.clone().narrow(0, x, 1).reshape([units, positions]);
        let patch = patches.clone().narrow(0, x, 1);
        match positions {
            // An outer product.
            1 => inverse * patch.reshape([1, fan_in]),
            _ => inverse.matmul(patch.reshape([fan_in, positions]).transpose()),
        }
    };
    let strongest = (0..points).map(mean).reduce(Tensor::max_pair);
    strongest.map_or_else(|| side.zeros_like(), |strongest| strongest * side.clone())
}

/// The positive weights, and the absolute values of the negative ones; zero elsewhere.
fn halves(weight: Tensor<2>) -> [Tensor<2>; 2] {
    [weight.clone().clamp_min(0.0), weight.neg().clamp_min(0.0)]
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};
    use models::{Builder, Convolution, Initialisation};

    use super::*;

    /// The definition, weight by weight and position by position.
    fn by_definition(network: &Network, images: &Tensor<4>) -> Vec<Vec<f32>> {
        let specs = network.architecture().layers();
        let mut result: Vec<Vec<f32>> =
            specs.iter().map(|spec| vec![0.0; spec.weights()]).collect();
        network.forward_watched(images.clone(), |layer, input| {
            let (spec, weight) = (&specs[layer], network.weight_values(layer));
            let patches = patches(spec, input.clone());
            let [points, n, positions] = patches.dims();
            let a: Vec<f32> = patches.into_data().try_into_vec().unwrap();
            for (x, unit) in (0..points).flat_map(|x| (0..spec.units).map(move |unit| (x, unit))) {
                for (side, sign) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
                    let v = |j: usize| (side * weight[unit * n + j]).max(0.0);
                    let input =
                        |j: usize, p: usize| (sign * a[(x * n + j) * positions + p]).max(0.0);
                    let sum = |p: usize| (0..n).map(|k| v(k) * input(k, p)).sum::<f32>();
                    for j in 0..n {
                        let share =
                            |p: usize| if sum(p) > 0.0 { v(j) * input(j, p) / sum(p) } else { 0.0 };
                        let mean = (0..positions).map(share).sum::<f32>() / positions as f32;
                        let s = &mut result[layer][unit * n + j];
                        *s = s.max(mean);
                    }
                }
            }
        });
        result
    }

    #[test]
    fn matrix_products_agree_with_the_definition() {
        let device = Device::flex();
        let mut net = Builder::new("toy", [2, 7, 6]);
        let x = net.convolution(net.input(), "c", Convolution::new(3, 3).stride(2).padding(1));
        let x = net.relu(x);
        let x = net.linear(x, "fc1", 5);
        let x = net.linear(x, "fc2", 4);
        let network =
            Network::new(net.build(x).unwrap(), Initialisation::KaimingUniform, 3, &device);
        let pixels = (0..5 * 84).map(|i| (i as f32 * 0.7).sin()).collect();
        let images = Tensor::from_data(TensorData::new(pixels, [5, 2, 7, 6]), &device);
        let expected = by_definition(&network, &images);
        for chunk in [1, 2, 64] {
            for (ours, theirs) in sensitivities(&network, &images, chunk).into_iter().zip(&expected)
            {
                for (a, b) in ours.into_data().try_into_vec::<f32>().unwrap().iter().zip(theirs) {
                    assert!((a - b).abs() < 1e-6, "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn silent_inputs_give_nothing() {
        let device = Device::flex();
        let mut net = Builder::new("toy", [1, 2, 2]);
        let x = net.linear(net.input(), "fc1", 3);
        let network =
            Network::new(net.build(x).unwrap(), Initialisation::KaimingUniform, 3, &device);
        let scores = sensitivities(&network, &Tensor::zeros([2, 1, 2, 2], &device), 8);
        assert!(
            scores[0].clone().into_data().try_into_vec::<f32>().unwrap().iter().all(|&s| s == 0.0)
        );
    }
}

use burn::tensor::Tensor;

/// The two sides of a layer's weights, one under the other, `[2 · units, fan_in]`: first the positive
/// weights, then the absolute values of the negative ones; zero elsewhere.
pub(crate) fn stacked(weight: Tensor<2>) -> Tensor<2> {
    Tensor::cat(vec![weight.clone().clamp_min(0.0), weight.neg().clamp_min(0.0)], 0)
}

/// Whether the input of a layer has negative entries: then positive and negative parts of it are
/// looked at apart, so that every contribution to a sum has the same sign.
pub(crate) fn is_signed<const D: usize>(input: &Tensor<D>) -> bool {
    input.clone().lower_elem(0.0).any().into_scalar::<bool>()
}

use models::{Network, PerWeight};

use super::Violation;

/// Every weight whose factor is 0 is exactly zero.
///
/// One number is read from the device; only where it is not 0 are the layers looked at one by one.
pub(crate) fn pruned_are_zero(network: &Network, factors: &PerWeight) -> Result<(), Violation> {
    if factors.escaped(network).into_scalar::<f32>() == 0.0 {
        return Ok(());
    }
    let mut total = 0;
    let mut first = None;
    for (index, layer) in network.architecture().layers().iter().enumerate() {
        let (weights, factors) = (network.weight_values(index), factors.values(index));
        let pruned = weights.into_iter().zip(factors).filter(|(_, factor)| *factor == 0.0);
        let escaped: Vec<f32> = pruned.map(|(weight, _)| weight).filter(|w| *w != 0.0).collect();
        total += escaped.len();
        if first.is_none() && !escaped.is_empty() {
            first = Some((&layer.name, escaped));
        }
    }
    let Some((layer, escaped)) = first else {
        let problem = "the device counts pruned weights that are not zero, the host none";
        return Err(Violation::of_all("pruned-are-zero", problem.to_owned()));
    };
    let problem = format!(
        "{} pruned weights are not zero, such as {}; {total} in the whole network: the mask was \
         not kept",
        escaped.len(),
        escaped[0]
    );
    Err(Violation::of_layer("pruned-are-zero", layer, problem))
}

/// Whether every weight is a finite number.
pub(crate) fn all_finite(network: &Network) -> bool {
    (0..network.architecture().layers().len())
        .all(|layer| network.weight_values(layer).iter().all(|weight| weight.is_finite()))
}

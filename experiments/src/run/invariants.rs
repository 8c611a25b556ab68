//! What must hold for a row to be trusted; a violation ends the experiment.

use models::Network;
use pruning::Mask;

use crate::error::Error;

/// Every pruned weight is exactly zero.
pub(super) fn pruned_are_zero(run: &str, network: &Network, mask: &Mask) -> Result<(), Error> {
    for (index, layer) in mask.layers().iter().enumerate() {
        let weights = network.weight_values(index);
        let alive =
            weights.iter().zip(&layer.keep).filter(|(weight, keep)| !**keep && **weight != 0.0);
        let (count, example) = alive.fold((0, 0.0), |(count, _), (weight, _)| (count + 1, *weight));
        if count > 0 {
            let problem = format!(
                "layer \"{}\": {count} pruned weights are not zero after retraining (such as {example}); \
                 the mask was not kept",
                layer.name
            );
            return Err(Error::Invariant { run: run.to_owned(), problem });
        }
    }
    Ok(())
}

/// The mask keeps as many weights as were asked for: exactly, or for methods that draw within half a
/// percent (one weight, where that is less).
pub(super) fn budget_is_met(
    run: &str,
    mask: &Mask,
    asked: usize,
    exact: bool,
) -> Result<(), Error> {
    let tolerance = if exact { 0 } else { (asked / 200).max(1) };
    if mask.kept().abs_diff(asked) <= tolerance {
        return Ok(());
    }
    let problem = format!(
        "the mask keeps {} weights; asked for {asked}, give or take {tolerance}",
        mask.kept()
    );
    Err(Error::Invariant { run: run.to_owned(), problem })
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use models::{Initialisation, zoo};
    use pruning::methods::Magnitude;
    use pruning::{Budget, Ranked, Scope, Subject, generator, prune};

    use super::*;

    #[test]
    fn violations_are_named_with_layer_and_numbers() {
        let device = Device::flex();
        let architecture = zoo::architecture(&zoo::Request::named("lenet-5")).unwrap();
        let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &device);
        let images = burn::tensor::Tensor::zeros([1, 1, 32, 32], &device);
        let everything = Mask::full(network.architecture());
        let subject = Subject { network: &network, images: &images };
        let pruner = Ranked { criterion: Magnitude, scope: Scope::PerLayer };
        let budget = Budget(40_479);
        let mask = prune(&pruner, subject, &everything, budget, &mut generator(0)).unwrap().mask;

        let masked = mask.factors(network.architecture(), &device).scale(network.clone());
        pruned_are_zero("run", &masked, &mask).unwrap();
        let message = pruned_are_zero("run", &network, &mask).unwrap_err().to_string();
        assert!(message.contains("\"conv1\": 27 pruned weights"), "{message}");

        budget_is_met("run", &mask, 40_479, true).unwrap();
        let message = budget_is_met("run", &mask, 40_480, true).unwrap_err().to_string();
        assert!(message.contains("40479"), "{message}");
        budget_is_met("run", &mask, 40_600, false).unwrap();
        assert!(budget_is_met("run", &mask, 40_900, false).is_err());
    }
}

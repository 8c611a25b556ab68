use models::Architecture;

/// The number of points that sensitivities are taken over: |𝒮| = ⌈3 · ln(8 η* η / δ)⌉.
///
/// η counts the outputs of all prunable layers, each position of a feature map on its own, and η*
/// those of the largest layer; `delta` in (0, 1] is the probability that the sensitivities of some
/// weight are underestimated (the sample sizes of arXiv 1910.05422 and 1804.05345, with the
/// constants of the authors' code: K' = 3, δ = 1e-16).
///
/// ```
/// use models::zoo;
/// let lenet = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
/// assert_eq!(pruning::sample_size(&lenet, 1e-16), 152);
/// # Ok::<(), models::ModelError>(())
/// ```
pub fn sample_size(architecture: &Architecture, delta: f64) -> usize {
    let outputs = architecture.layers().iter().map(|layer| layer.units * layer.positions());
    let (eta, largest) =
        outputs.fold((0, 0), |(sum, max), outputs| (sum + outputs, max.max(outputs)));
    (3.0 * (8.0 * largest as f64 * eta as f64 / delta).ln()).ceil().max(1.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::zoo;

    /// Values of the authors' public code (torchprune 2.2.0), measured.
    #[test]
    fn sizes_agree_with_the_authors_code() {
        let size = |name, delta| {
            sample_size(&zoo::architecture(&zoo::Request::named(name)).unwrap(), delta)
        };
        assert_eq!(size("lenet-5", 1e-16), 170);
        let sweep =
            [10.0, 1.0, 1e-1, 1e-2, 1e-4, 1e-16, 1e-32].map(|delta| size("lenet-300-100", delta));
        assert_eq!(sweep, [35, 42, 49, 56, 70, 152, 263]);
    }
}

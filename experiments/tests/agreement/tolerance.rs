//! How much two backends may differ, and why.
//!
//! Both compute in 32-bit floats and may add in any order, fuse a product with its sum, and take their own
//! exponential. A sum of n terms in another order differs by about √n · 6e-8 of its size: 2e-6 for the 784 terms of a
//! unit of LeNet-300-100, several times that behind a few layers, and more behind norms, which divide by deviations.

/// What a backend may differ by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tolerance {
    /// Largest difference of a logit over the largest logit.
    pub(crate) logits: f64,
    /// Largest difference in a layer's gradient over its largest entry.
    pub(crate) gradient: f64,
    /// Largest difference in what a step changes of a tensor, over the largest change in it. A scale of about 1 that
    /// changes by 3e-4 is rounded to 2e-4 of that.
    pub(crate) step: f64,
    /// The same of two steps together. Weights that differ in their last digits turn a rectifier here and there, whose
    /// input is next to 0, and then a whole term of a gradient is there or not. flex beside itself, with images that are
    /// moved by 2e-6 of their values, gave 1e-4, 2e-4, 1.4e-2, 1.4e-2, 4e-2 and 4e-2 in six draws on the ResNet-20 here.
    pub(crate) second_step: f64,
    /// Adam divides gradients by their size: where one is nothing but rounding, so is its sign, and a weight goes
    /// the other way. Share of weights for which that may be so.
    pub(crate) signs: f64,
    /// Largest difference of a score over the largest score in its layer.
    pub(crate) score: f64,
    /// Share of weights or channels in which masks may differ. Weights that differ must have scores that are closer
    /// to each other than twice the tolerance of scores.
    pub(crate) mask: f64,
}

impl Tolerance {
    /// By the reasoning above, with some room.
    const F32: Self = Self {
        logits: 1e-5,
        gradient: 1e-4,
        step: 1e-3,
        second_step: 1e-1,
        signs: 1e-3,
        score: 1e-4,
        mask: 1e-3,
    };
    /// Of NVIDIA's cards burn 0.22 may multiply 32-bit matrices in TF32, which has 10 bits of mantissa and rounds
    /// 8,192 times as coarsely. On an H200, LeNet-300-100: logits 8.7e-4, gradients 2.6e-2, a step 2.6e-2, two 1.7e-2,
    /// Adam's signs 3.1e-4, scores up to 2.2e-2 and masks 2.3e-4 (snip). Larger networks are not measured.
    const TF32: Self = Self {
        logits: 2e-2,
        gradient: 1e-1,
        step: 1e-1,
        second_step: 1.0,
        signs: 1e-1,
        score: 1e-1,
        mask: 5e-2,
    };

    pub(crate) fn of(backend: &str) -> Self {
        if backend == "cuda" { Self::TF32 } else { Self::F32 }
    }
}

/// Prints what was measured, for those who look, and holds it against what is allowed.
pub(crate) fn hold(case: &str, what: &str, measured: f64, allowed: f64) {
    eprintln!("{case}: {what}: {measured:.1e}, allowed {allowed:.0e}");
    assert!(measured <= allowed, "{case}: {what}: {measured:e}; allowed {allowed:e}");
}

/// Largest difference over the largest value of the second list; 0 for lists of zeros.
pub(crate) fn relative(values: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(values.len(), expected.len());
    let pairs = values.iter().zip(expected);
    let difference = pairs.map(|(a, b)| f64::from((a - b).abs())).fold(0.0, larger);
    let size = expected.iter().map(|b| f64::from(b.abs())).fold(0.0, larger);
    if difference == 0.0 { 0.0 } else { difference / size }
}

/// The larger one; what is no number stays, so that it is seen.
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

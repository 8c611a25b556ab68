use statrs::statistics::{Data, Max, Median, Min};

/// Median, largest and least of some values.
#[derive(Debug, Clone, Copy, Default)]
pub struct Middle {
    /// Median.
    pub median: Option<f64>,
    /// Largest.
    pub largest: Option<f64>,
    /// Least.
    pub least: Option<f64>,
}

impl Middle {
    /// Of these values; nothing of none.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.collect();
        if values.is_empty() {
            return Self::default();
        }
        let data = Data::new(values);
        Self { median: Some(data.median()), largest: Some(data.max()), least: Some(data.min()) }
    }

    /// Of values of single precision, one for each point.
    pub fn of_points(values: &[f32]) -> Self {
        Self::of(values.iter().map(|&value| f64::from(value)))
    }
}

/// Bound over truth; nothing where nothing was measured.
pub(super) fn tightness(bound: f64, observed: f64) -> Option<f64> {
    (observed > 0.0).then(|| bound / observed)
}

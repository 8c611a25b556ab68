//! A stretch of a falling logarithmic scale, in pixels.

/// The part of a scale that an axis shows: from its largest value, at the axis' start, to its
/// smallest, both as log10.
///
/// Both axes fall: density from dense to sparse, error from the bottom to the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    start: f64,
    end: f64,
    pixels: f64,
}

/// Pixels that stay free at the two ends of an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Margins {
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Span {
    /// The span between two values.
    pub(super) fn new(largest: f64, smallest: f64, pixels: f64) -> Self {
        Self { start: largest.log10(), end: smallest.log10(), pixels }
    }

    /// A span that holds all values, which are positive, with free margins; `None` without values.
    ///
    /// It is never narrower than `narrowest` in log10, so that equal values do not blow up the noise.
    pub(super) fn around(
        values: impl IntoIterator<Item = f64>,
        narrowest: f64,
        pixels: f64,
        margins: Margins,
    ) -> Option<Self> {
        let logs = values.into_iter().map(f64::log10);
        let (low, high) = logs.fold(None, |range: Option<(f64, f64)>, x| {
            Some(range.map_or((x, x), |(low, high)| (low.min(x), high.max(x))))
        })?;
        let missing = (narrowest - (high - low)).max(0.0) / 2.0;
        let (low, high) = (low - missing, high + missing);
        let per_pixel = (high - low) / (pixels - margins.start - margins.end);
        Some(Self {
            start: high + margins.start * per_pixel,
            end: low - margins.end * per_pixel,
            pixels,
        })
    }

    /// How far along the axis the value stands, in pixels.
    pub(super) fn position(&self, value: f64) -> f64 {
        (value.log10() - self.start) / (self.end - self.start) * self.pixels
    }

    /// The value that stands there.
    pub(super) fn value_at(&self, position: f64) -> f64 {
        10_f64.powf(self.start + position / self.pixels * (self.end - self.start))
    }

    /// Where the value stands between two pixel coordinates.
    pub(super) fn pixel(&self, value: f64, (from, to): (i32, i32)) -> i32 {
        from + (self.position(value) / self.pixels * f64::from(to - from)).round() as i32
    }

    /// The largest and the smallest value on the axis.
    pub(super) fn ends(&self) -> (f64, f64) {
        (self.value_at(0.0), self.value_at(self.pixels))
    }

    /// How many values this far apart the axis holds at most.
    pub(super) fn room(&self, distance: f64) -> usize {
        (self.pixels / distance) as usize + 1
    }

    /// The items on the axis, in their order, that keep at least this distance from all taken
    /// before.
    pub(super) fn spaced<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        value: impl Fn(&T) -> f64,
        distance: f64,
    ) -> Vec<T> {
        let mut taken: Vec<(f64, T)> = Vec::new();
        for item in items {
            let position = self.position(value(&item));
            let is_free = taken.iter().all(|(other, _)| (other - position).abs() >= distance);
            if is_free && (0.0..=self.pixels).contains(&position) {
                taken.push((position, item));
            }
        }
        taken.into_iter().map(|(_, item)| item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_MARGINS: Margins = Margins { start: 0.0, end: 0.0 };

    #[test]
    fn falls_from_start_to_end() {
        let span = Span::around([0.01, 1.0, 0.1], 0.0, 200.0, NO_MARGINS).unwrap();
        assert_eq!([1.0, 0.1, 0.01].map(|value| span.pixel(value, (10, 210))), [10, 110, 210]);
        assert_eq!([1.0, 0.1, 0.01].map(|value| span.pixel(value, (210, 10))), [210, 110, 10]);
        assert!((span.value_at(100.0) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn margins_stay_free() {
        let span =
            Span::around([1.0, 0.01], 0.0, 200.0, Margins { start: 20.0, end: 40.0 }).unwrap();
        assert!((span.position(1.0) - 20.0).abs() < 1e-9);
        assert!((span.position(0.01) - 160.0).abs() < 1e-9);
    }

    #[test]
    fn a_single_value_stands_in_the_middle() {
        assert_eq!(Span::around([], 1.0, 200.0, NO_MARGINS), None);
        let span = Span::around([0.3, 0.3], 1.0, 200.0, NO_MARGINS).unwrap();
        assert!((span.position(0.3) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn earlier_values_win_the_room() {
        let span = Span::around([1.0, 0.01], 0.0, 200.0, NO_MARGINS).unwrap();
        assert_eq!(
            span.spaced([0.1, 0.11, 1.0, 5.0, 0.01], |&value| value, 50.0),
            [0.1, 1.0, 0.01]
        );
    }
}

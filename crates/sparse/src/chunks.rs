use std::ops::Range;

use crate::pattern::Pattern;

/// Columns that are kept or passed over together.
const COLUMNS: usize = 40;
/// Inputs that stay in the nearest cache, 32 KiB, while all units pass by.
const NEAR: usize = 7680;
/// Weights of a unit that are worth coming back to its sums.
const FEW: f64 = 32.0;

/// The columns in parts, and in each part where every unit's weights lie among the stored ones.
///
/// All units pass by one part before the next: so its inputs are read from the nearest cache, at the price of
/// coming back to each unit's sums. Sparse layers have few weights for that price and get larger parts; so do
/// narrow blocks, of whose inputs more find room. Sums add up in the same order with any parts.
#[derive(Debug, Clone)]
pub(crate) struct Chunks {
    /// Where each unit's weights go on, every `COLUMNS` columns; in the last row where they end.
    starts: Vec<Vec<u32>>,
    /// Columns in which a unit has a few weights.
    few: usize,
}

/// The weights in some of the columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    starts: &'a [u32],
    ends: &'a [u32],
}

impl<'a> Part<'a> {
    /// Where each unit's weights start, and where the last one's end.
    #[inline(always)]
    pub(crate) fn of_starts(starts: &'a [u32]) -> Self {
        Self { starts, ends: &starts[1..] }
    }

    /// Those of a unit.
    #[inline(always)]
    pub(crate) fn of(self, unit: usize) -> Range<usize> {
        self.starts[unit] as usize..self.ends[unit] as usize
    }
}

impl Chunks {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        let start = |unit, column| pattern.start_at(unit, column) as u32;
        let all = |column| (0..pattern.units()).map(|unit| start(unit, column)).collect();
        let borders = (0..pattern.fan_in()).step_by(COLUMNS).chain([pattern.fan_in()]);
        // Of an empty pattern it is all columns.
        Self { starts: borders.map(all).collect(), few: (FEW / pattern.density()) as usize }
    }

    /// Parts for blocks of so many values, at least one.
    #[inline(always)]
    pub(crate) fn count(&self, values: usize) -> usize {
        (self.starts.len() - 1).div_ceil(self.step(values)).max(1)
    }

    /// One of them.
    #[inline(always)]
    pub(crate) fn part(&self, values: usize, index: usize) -> Part<'_> {
        let (last, step) = (self.starts.len() - 1, self.step(values));
        Part {
            starts: &self.starts[index * step],
            ends: &self.starts[(index * step + step).min(last)],
        }
    }

    /// How many times `COLUMNS` columns it has.
    #[inline(always)]
    fn step(&self, values: usize) -> usize {
        let last = self.starts.len() - 1;
        ((NEAR / values).max(self.few) / COLUMNS).clamp(1, last.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_is_in_one_part_in_order() {
        let places = 4 * 250;
        let pattern =
            Pattern::new(250, (0..places).map(|weight| weight % 3 != 0 && weight / 250 != 2));
        let chunks = Chunks::new(&pattern);
        // 64 columns have a few weights.
        for (values, columns, count) in [(640, 40, 7), (160, 40, 7), (64, 120, 3), (16, 250, 1)] {
            let part = |index| chunks.part(values, index);
            let parts: Vec<_> = (0..chunks.count(values)).map(part).collect();
            assert_eq!(parts.len(), count, "{values}");
            for unit in 0..4 {
                let of = |part: &Part| part.of(unit);
                let stored: Vec<usize> = parts.iter().flat_map(of).collect();
                assert_eq!(stored, pattern.unit(unit).collect::<Vec<_>>(), "{values}");
            }
            for (index, part) in parts.iter().enumerate() {
                let own = index * columns..(index + 1) * columns;
                let inside = |place: usize| own.contains(&(pattern.columns()[place] as usize));
                assert!((0..4).flat_map(|unit| part.of(unit)).all(inside), "{values}");
            }
        }
    }

    #[test]
    fn sparse_layers_have_fewer_parts() {
        let parts = |every: usize| {
            let pattern = Pattern::new(960, (0..9600).map(|weight| weight % every == 0));
            Chunks::new(&pattern).count(160)
        };
        assert_eq!([1, 2, 10, 50].map(parts), [24, 24, 3, 1]);
        let empty = Pattern::new(960, (0..9600).map(|_| false));
        assert_eq!(Chunks::new(&empty).count(160), 1);
        let nothing = Pattern::new(0, []);
        assert_eq!(Chunks::new(&nothing).count(160), 1);
    }
}

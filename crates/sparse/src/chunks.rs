use std::ops::Range;

use crate::pattern::Pattern;

/// Columns whose inputs stay in the nearest cache, 32 KiB, while all units pass by: of 64 values each.
const NEAR: usize = 96;
/// Weights of a unit that are worth coming back to its sums.
const FEW: f64 = 16.0;

/// The columns in parts, and in each part where every unit's weights lie among the stored ones.
///
/// All units pass by one part before the next: so its inputs are read from the nearest cache, at the price of
/// coming back to each unit's sums. Sparse layers have few weights for that price and get larger parts.
/// Sums add up in the same order with any parts.
#[derive(Debug, Clone)]
pub(crate) struct Chunks(Vec<Vec<Range<usize>>>);

impl Chunks {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        let places = pattern.units() * pattern.fan_in();
        let density = pattern.stored() as f64 / places.max(1) as f64;
        // Of an empty pattern it is all columns.
        Self::of(pattern, NEAR.max((FEW / density) as usize))
    }

    /// With so many columns in a part.
    fn of(pattern: &Pattern, columns: usize) -> Self {
        let count = pattern.fan_in().div_ceil(columns).max(1);
        let unit = |chunk: usize, unit: usize| {
            let all = pattern.unit(unit);
            let stored = &pattern.columns()[all.clone()];
            let before = |column| all.start + stored.partition_point(|&c| (c as usize) < column);
            let end = if chunk + 1 == count { all.end } else { before((chunk + 1) * columns) };
            before(chunk * columns)..end
        };
        let units = |chunk| (0..pattern.units()).map(|index| unit(chunk, index)).collect();
        Self((0..count).map(units).collect())
    }

    /// The parts, each with a range for every unit.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &[Range<usize>]> {
        self.0.iter().map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_is_in_one_part_in_order() {
        let pattern = Pattern::new(10, (0..40).map(|weight| weight % 3 == 0 && weight / 10 != 2));
        for columns in [1, 3, 4, 10, 20] {
            let chunks = Chunks::of(&pattern, columns);
            assert_eq!(chunks.iter().len(), 10_usize.div_ceil(columns));
            for unit in 0..4 {
                let parts: Vec<usize> = chunks.iter().flat_map(|part| part[unit].clone()).collect();
                assert_eq!(parts, pattern.unit(unit).collect::<Vec<_>>(), "{columns}");
            }
            for (index, part) in chunks.iter().enumerate() {
                let stored = part.iter().flat_map(Clone::clone);
                let own = index * columns..(index + 1) * columns;
                let all = |place: usize| own.contains(&(pattern.columns()[place] as usize));
                assert!(stored.into_iter().all(all));
            }
        }
    }

    #[test]
    fn sparse_layers_have_fewer_parts() {
        let parts = |every: usize| {
            let pattern = Pattern::new(960, (0..9600).map(|weight| weight % every == 0));
            Chunks::new(&pattern).iter().len()
        };
        assert_eq!([1, 2, 10, 50].map(parts), [10, 10, 6, 2]);
        let empty = Pattern::new(960, (0..9600).map(|_| false));
        assert_eq!(Chunks::new(&empty).iter().len(), 1);
    }
}

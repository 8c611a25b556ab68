use crate::pattern::Pattern;

/// Columns of a part, at least: 64 values of as many inputs are half of what finds room in the nearest cache.
const COLUMNS: usize = 64;
/// Weights of a unit that are worth coming back to its sums.
const FEW: f64 = 16.0;

/// Stored weights in the order in which a training step passes them: part by part of the columns, and unit by unit in
/// each. All of them are read one after the other then, where rows leave a gap behind each part of a unit.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// Where each weight lies among the pattern's.
    places: Vec<u32>,
    /// For each part where each unit's weights start, and where the last one's end.
    parts: Vec<Vec<u32>>,
}

impl Order {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        let step = COLUMNS.max((FEW / pattern.density()) as usize).min(pattern.fan_in().max(1));
        let mut order = Self { places: Vec::with_capacity(pattern.stored()), parts: Vec::new() };
        for start in (0..pattern.fan_in().max(1)).step_by(step) {
            let mut starts = vec![order.places.len() as u32];
            for unit in 0..pattern.units() {
                let [start, end] =
                    [start, start + step].map(|column| pattern.start_at(unit, column) as u32);
                order.places.extend(start..end);
                starts.push(order.places.len() as u32);
            }
            order.parts.push(starts);
        }
        order
    }

    /// The parts.
    pub(crate) fn parts(&self) -> &[Vec<u32>] {
        &self.parts
    }

    /// What belongs to each weight, from the pattern's order.
    pub(crate) fn of_pattern<T: Copy>(&self, numbers: &[T]) -> Vec<T> {
        self.places.iter().map(|&place| numbers[place as usize]).collect()
    }

    /// What belongs to each weight, in the pattern's order.
    pub(crate) fn to_pattern<T: Copy + Default>(&self, numbers: &[T]) -> Vec<T> {
        let mut all = vec![T::default(); numbers.len()];
        let pairs = self.places.iter().zip(numbers);
        pairs.for_each(|(&place, &number)| all[place as usize] = number);
        all
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    #[test]
    fn by_hand() {
        // Two units, which lack one weight in three; parts of 64 columns.
        let pattern = Pattern::new(100, (0..200).map(|place| place % 3 != 0));
        let order = Order::new(&pattern);
        assert_eq!(order.parts(), [[0, 42, 85], [85, 109, 133]]);
        let columns = order.of_pattern(pattern.columns());
        let part = |range: Range<usize>| (columns[range.start], columns[range.end - 1]);
        let parts = [0..42, 42..85, 85..109, 109..133].map(part);
        assert_eq!(parts, [(1, 62), (0, 63), (64, 98), (64, 99)]);
        assert_eq!(order.to_pattern(&columns), pattern.columns());
    }

    #[test]
    fn few_weights_make_large_parts_and_none_make_one() {
        let parts = |every: usize| {
            Order::new(&Pattern::new(960, (0..9600).map(|place| place % every == 0))).parts.len()
        };
        assert_eq!([1, 4, 10, 100].map(parts), [15, 15, 6, 1]);
        assert_eq!(Order::new(&Pattern::new(960, (0..9600).map(|_| false))).parts.len(), 1);
        assert_eq!(Order::new(&Pattern::new(0, [])).parts, [[0]]);
    }
}

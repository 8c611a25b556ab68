use crate::layer::Kernel;
use crate::maps::Maps;
use crate::pattern::Pattern;
use crate::plan::offset;

/// All weights of a layer, unit by unit, those that are not stored at zero: what nearly full layers compute with, since
/// units that read the same inputs can share them.
#[derive(Debug, Clone)]
pub(crate) struct Full {
    /// Where each stored weight lies among all.
    places: Vec<u32>,
    /// 1 for a stored weight, 0 for another; nothing where all are stored.
    stored: Vec<f32>,
    /// How far each column's value lies from the kernel's corner, in positions.
    offsets: Vec<u32>,
    weights: usize,
}

impl Full {
    pub(crate) fn new(pattern: &Pattern, kernel: Kernel, input: Maps) -> Self {
        let (fan_in, weights) = (pattern.fan_in(), pattern.units() * pattern.fan_in());
        let column = |weight: usize| pattern.columns()[weight];
        let unit = |unit: usize| {
            pattern.unit(unit).map(move |weight| (unit * fan_in) as u32 + column(weight))
        };
        let places: Vec<u32> = (0..pattern.units()).flat_map(unit).collect();
        let mut stored = Vec::new();
        if places.len() < weights {
            stored = vec![0.0; weights];
            places.iter().for_each(|&place| stored[place as usize] = 1.0);
        }
        let columns = 0..fan_in as u32;
        let offsets = columns.map(|column| offset(kernel, input, column)).collect();
        Self { places, stored, offsets, weights }
    }

    /// How many weights there are.
    pub(crate) fn weights(&self) -> usize {
        self.weights
    }

    /// How far the value that each column reads lies from the kernel's corner, in positions.
    pub(crate) fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// What belongs to all weights, from what belongs to the stored ones.
    pub(crate) fn of_pattern(&self, numbers: &[f32]) -> Vec<f32> {
        let mut all = vec![0.0; self.weights];
        self.places.iter().zip(numbers).for_each(|(&place, &number)| all[place as usize] = number);
        all
    }

    /// What belongs to the stored weights.
    pub(crate) fn to_pattern(&self, all: &[f32]) -> Vec<f32> {
        self.places.iter().map(|&place| all[place as usize]).collect()
    }

    /// Makes what belongs to weights that are not stored zero.
    pub(crate) fn clear_others(&self, all: &mut [f32]) {
        all.iter_mut().zip(&self.stored).for_each(|(number, stored)| *number *= stored);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let (pattern, kernel) =
            (Pattern::of_weights(3, &[0.0, 2.0, 3.0, 4.0, 0.0, 0.0]), Maps::new(3, 1, 1));
        let full = Full::new(&pattern, Kernel::whole(kernel), kernel);
        assert_eq!((full.weights(), full.offsets()), (6, &[0, 1, 2][..]));
        let all = full.of_pattern(&[2.0, 3.0, 4.0]);
        assert_eq!(all, [0.0, 2.0, 3.0, 4.0, 0.0, 0.0]);
        assert_eq!(full.to_pattern(&all), [2.0, 3.0, 4.0]);
        let mut numbers = vec![1.0; 6];
        full.clear_others(&mut numbers);
        assert_eq!(numbers, [0.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn where_all_are_stored_nothing_is_cleared() {
        let maps = Maps::new(2, 1, 1);
        let full = Full::new(&Pattern::new(2, [true; 4]), Kernel::whole(maps), maps);
        let mut numbers = vec![1.0; 4];
        full.clear_others(&mut numbers);
        assert_eq!(numbers, [1.0; 4]);
    }
}

use crate::chunks::{Chunks, Part};
use crate::order::Order;
use crate::pattern::Pattern;

/// A pattern column by column: which units each input goes to.
#[derive(Debug, Clone)]
pub(crate) struct Transposed {
    pattern: Pattern,
    /// Where the weights lie.
    places: Vec<u32>,
    /// How far each input lies from the first, in positions.
    offsets: Vec<u32>,
    chunks: Chunks,
}

impl Transposed {
    /// Of inputs that lie so far from the first, in positions.
    pub(crate) fn new(pattern: &Pattern, offsets: Vec<u32>) -> Self {
        let mut starts = vec![0; pattern.fan_in() + 1];
        pattern.columns().iter().for_each(|&column| starts[column as usize + 1] += 1);
        for column in 0..pattern.fan_in() {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut units = vec![0; pattern.stored()];
        let mut places = units.clone();
        for unit in 0..pattern.units() {
            for place in pattern.unit(unit) {
                let next = &mut next[pattern.columns()[place] as usize];
                units[*next as usize] = unit as u32;
                places[*next as usize] = place as u32;
                *next += 1;
            }
        }
        let pattern = Pattern::from_rows(pattern.units(), starts, units)
            .expect("units of a column rise, since they came in order");
        Self { chunks: Chunks::new(&pattern), pattern, places, offsets }
    }

    /// How far each input lies from the first, in positions.
    pub(crate) fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// The units of all stored weights, input by input.
    pub(crate) fn units(&self) -> &[u32] {
        self.pattern.columns()
    }

    /// Where these weights lie.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places
    }

    /// As [`Layer::parts`](crate::Layer), of the inputs.
    #[inline(always)]
    pub(crate) fn parts(&self, values: usize) -> impl ExactSizeIterator<Item = Part<'_>> {
        (0..self.chunks.count(values)).map(move |index| self.chunks.part(values, index))
    }

    /// The same for weights that lie in another order than the pattern's.
    pub(crate) fn of_weights(mut self, order: &Order) -> Self {
        let all: Vec<u32> = (0..self.places.len() as u32).collect();
        let now = order.to_pattern(&all);
        self.places.iter_mut().for_each(|place| *place = now[*place as usize]);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        let weights = [0.0, 2.0, 3.0, 0.0, 0.0, 0.0, 4.0, 0.0, 5.0];
        let transposed = Transposed::new(&Pattern::of_weights(3, &weights), vec![0, 1, 2]);
        assert_eq!(
            (transposed.units(), transposed.places()),
            (&[2, 0, 0, 2][..], &[2, 0, 1, 3][..])
        );
        assert_eq!(transposed.pattern.starts(), [0, 1, 2, 4]);
    }
}

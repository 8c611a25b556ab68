use std::ops::Range;

/// Which weights of a matrix `[units, fan_in]` are stored: compressed rows.
///
/// The stored weights themselves are a slice beside it, unit by unit and in rising order within one;
/// gradients and what an optimiser remembers have the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    fan_in: usize,
    /// Where each unit's weights start among the stored ones, and where the last one's end.
    starts: Vec<u32>,
    /// Which of its unit's weights each stored one is.
    columns: Vec<u32>,
}

impl Pattern {
    /// The weights whose flag is set, of a matrix `[units, fan_in]`, row by row.
    ///
    /// # Panics
    /// When the flags are no whole number of rows, or more than 2³² − 1.
    pub fn new(fan_in: usize, stored: impl IntoIterator<Item = bool>) -> Self {
        let (mut starts, mut columns, mut seen) = (vec![0], Vec::new(), 0);
        for stored in stored {
            if stored {
                columns.push(seen as u32);
            }
            seen += 1;
            if seen == fan_in {
                starts.push(u32::try_from(columns.len()).expect("fewer than 2³² weights"));
                seen = 0;
            }
        }
        assert_eq!(seen, 0, "whole rows of {fan_in} weights");
        Self { fan_in, starts, columns }
    }

    /// Units.
    pub fn units(&self) -> usize {
        self.starts.len() - 1
    }

    /// Weights of a unit, stored or not.
    pub fn fan_in(&self) -> usize {
        self.fan_in
    }

    /// Weights that are stored.
    pub fn stored(&self) -> usize {
        self.columns.len()
    }

    /// Where a unit's weights lie among the stored ones.
    pub fn unit(&self, unit: usize) -> Range<usize> {
        self.starts[unit] as usize..self.starts[unit + 1] as usize
    }

    /// Which of its unit's weights each stored one is.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The stored ones of the numbers `[units, fan_in]`.
    ///
    /// # Panics
    /// When there are more or fewer numbers.
    pub fn compress(&self, dense: &[f32]) -> Vec<f32> {
        assert_eq!(dense.len(), self.units() * self.fan_in, "one number for each weight");
        self.places().map(|place| dense[place]).collect()
    }

    /// Numbers `[units, fan_in]` with these for the stored weights and zeros for the others.
    ///
    /// # Panics
    /// When there are more or fewer numbers than stored weights.
    pub fn expand(&self, stored: &[f32]) -> Vec<f32> {
        assert_eq!(stored.len(), self.stored(), "one number for each stored weight");
        let mut dense = vec![0.0; self.units() * self.fan_in];
        self.places().zip(stored).for_each(|(place, &number)| dense[place] = number);
        dense
    }

    /// Where each stored weight lies in the matrix.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        (0..self.units()).flat_map(move |unit| {
            let columns = self.columns[self.unit(unit)].iter();
            columns.map(move |&column| unit * self.fan_in + column as usize)
        })
    }
}

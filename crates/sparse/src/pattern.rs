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

/// Compressed rows that describe no weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedRows {
    /// Something is wrong with where units start.
    #[error("starts: {0}")]
    Starts(String),
    /// Something is wrong with the places of weights.
    #[error("columns: {0}")]
    Columns(String),
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

    /// From compressed rows: the weights of unit u are those from `starts[u]` up to `starts[u + 1]` of the stored
    /// ones, and `columns` has each one's place in its unit, in rising order.
    ///
    /// # Errors
    /// When the starts do not run from 0 to the number of columns without falling, or a unit's columns do not
    /// rise strictly below `fan_in`.
    pub fn from_rows(
        fan_in: usize,
        starts: Vec<u32>,
        columns: Vec<u32>,
    ) -> Result<Self, MalformedRows> {
        let stored = columns.len();
        let ends = (starts.first().copied(), starts.last().map(|&last| last as usize));
        if ends != (Some(0), Some(stored)) {
            let (first, last) = (starts.first(), starts.last());
            let found = first.zip(last).map_or_else(
                || "no starts".to_owned(),
                |(first, last)| format!("starts from {first} to {last}"),
            );
            return Err(MalformedRows::Starts(format!(
                "{found}; expected them to run from 0 to {stored}, the number of columns"
            )));
        }
        if let Some(unit) = starts.windows(2).position(|pair| pair[0] > pair[1]) {
            return Err(MalformedRows::Starts(format!(
                "{} after {} at index {}; expected starts that do not fall",
                starts[unit + 1],
                starts[unit],
                unit + 1
            )));
        }
        let pattern = Self { fan_in, starts, columns };
        (0..pattern.units()).try_for_each(|unit| pattern.check_unit(unit))?;
        Ok(pattern)
    }

    fn check_unit(&self, unit: usize) -> Result<(), MalformedRows> {
        let (own, start) = (&self.columns[self.unit(unit)], self.starts[unit] as usize);
        let rising = own.windows(2).position(|pair| pair[0] >= pair[1]).map(|index| {
            let (place, [before, now]) = (start + index + 1, [own[index], own[index + 1]]);
            format!(
                "{now} after {before} at index {place}; expected columns that rise within a unit"
            )
        });
        let beyond = || {
            let index = own.iter().position(|&column| column as usize >= self.fan_in)?;
            let (place, fan_in) = (start + index, self.fan_in);
            Some(format!("{} at index {place}; expected columns below {fan_in}", own[index]))
        };
        rising.or_else(beyond).map_or(Ok(()), |problem| Err(MalformedRows::Columns(problem)))
    }

    /// The weights of a matrix `[units, fan_in]` that are not zero, row by row.
    ///
    /// # Panics
    /// When the weights are no whole number of rows, or more than 2³² − 1.
    pub fn of_weights(fan_in: usize, weights: &[f32]) -> Self {
        Self::new(fan_in, weights.iter().map(|&weight| weight != 0.0))
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

    /// Where a unit's weights from this column on start among the stored ones.
    pub(crate) fn start_at(&self, unit: usize, column: usize) -> usize {
        let stored = self.unit(unit);
        let own = &self.columns[stored.clone()];
        stored.start + own.partition_point(|&c| (c as usize) < column)
    }

    /// Whether all weights are stored.
    pub(crate) fn is_full(&self) -> bool {
        self.stored() == self.units() * self.fan_in
    }

    /// Stored weights over all of them.
    pub(crate) fn density(&self) -> f64 {
        self.stored() as f64 / (self.units() * self.fan_in).max(1) as f64
    }

    /// Where each unit's weights start among the stored ones, and where the last one's end.
    pub fn starts(&self) -> &[u32] {
        &self.starts
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_by_hand() {
        let weights = [0.0, 2.0, 3.0, 0.0, -0.0, 0.0, 4.0, 0.0, 0.0];
        let pattern = Pattern::of_weights(3, &weights);
        assert_eq!((pattern.starts(), pattern.columns()), (&[0, 2, 2, 3][..], &[1, 2, 0][..]));
        assert_eq!(pattern.compress(&weights), [2.0, 3.0, 4.0]);
        assert_eq!(Pattern::from_rows(3, vec![0, 2, 2, 3], vec![1, 2, 0]), Ok(pattern));
        let empty = Pattern::from_rows(7, vec![0, 0], Vec::new()).unwrap();
        assert_eq!((empty.units(), empty.stored()), (1, 0));
    }

    #[test]
    fn what_is_wrong_with_rows_is_told() {
        let told = |fan_in, starts: &[u32], columns: &[u32]| {
            Pattern::from_rows(fan_in, starts.to_vec(), columns.to_vec()).unwrap_err().to_string()
        };
        for (starts, columns, words) in [
            (&[][..], &[][..], "starts: no starts"),
            (&[1, 2], &[0, 1], "starts from 1 to 2; expected them to run from 0 to 2"),
            (&[0, 3], &[0, 1], "starts from 0 to 3; expected them to run from 0 to 2"),
            (&[0, 3, 1, 4], &[0, 1, 2, 0], "1 after 3 at index 2"),
            (&[0, 9, 2], &[0, 1], "2 after 9 at index 2"),
            (&[0, 1, 3], &[0, 1, 1], "columns: 1 after 1 at index 2"),
            (&[0, 2, 3], &[2, 1, 0], "columns: 1 after 2 at index 1"),
            (&[0, 1, 3], &[0, 1, 4], "columns: 4 at index 2; expected columns below 4"),
        ] {
            let message = told(4, starts, columns);
            assert!(message.contains(words), "{message}");
        }
    }
}

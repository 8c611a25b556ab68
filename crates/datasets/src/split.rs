//! Setting images aside for validation.

use std::fmt;

use chacha20::ChaCha8Rng;
use rand::{SeedableRng, seq::SliceRandom};

use crate::DatasetError;

/// How many training images are set aside for validation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Validation {
    /// This many.
    Count(usize),
    /// This share of the images, between 0 and 1, rounded to the nearest count.
    Share(f64),
}

impl Validation {
    fn count(self, images: usize) -> Result<usize, DatasetError> {
        let count = match self {
            Self::Count(count) => count,
            Self::Share(share) if share > 0.0 && share < 1.0 => {
                (share * images as f64).round() as usize
            }
            Self::Share(share) => return Err(DatasetError::ValidationShare { share }),
        };
        if count == 0 || count >= images {
            return Err(DatasetError::Validation { asked: self, validation: count, images });
        }
        Ok(count)
    }
}

impl fmt::Display for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count} images"),
            Self::Share(share) => write!(f, "a share of {share}"),
        }
    }
}

/// Positions of training and validation images, each in ascending order and without a common one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Images to train on.
    pub train: Vec<usize>,
    /// Images to choose by.
    pub validation: Vec<usize>,
}

/// Splits images with these labels so that each class keeps its share.
///
/// Exactly as many images are set aside as `validation` asks for. A class with a share of q images
/// gives ⌊q⌋ or ⌈q⌉ of them: the largest remainders are rounded up, among equals that of the
/// lower label. Which images of a class are taken is drawn from `seed`; the same labels,
/// `validation` and seed give the same split for ever.
///
/// # Errors
///
/// [`DatasetError::Validation`] or [`DatasetError::ValidationShare`] if there would be no image, or
/// all images, for validation.
pub fn stratified_split(
    labels: &[u16],
    validation: Validation,
    seed: u64,
) -> Result<Split, DatasetError> {
    let count = validation.count(labels.len())?;
    let classes = labels.iter().max().map_or(0, |&label| usize::from(label) + 1);
    let mut members = vec![Vec::new(); classes];
    for (index, &label) in labels.iter().enumerate() {
        members[usize::from(label)].push(index);
    }
    let sizes: Vec<_> = members.iter().map(Vec::len).collect();
    let quotas = largest_remainder(&sizes, count);

    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut split = Split {
        train: Vec::with_capacity(labels.len() - count),
        validation: Vec::with_capacity(count),
    };
    for (mut class, quota) in members.into_iter().zip(quotas) {
        class.shuffle(&mut rng);
        split.train.extend_from_slice(&class[quota..]);
        split.validation.extend_from_slice(&class[..quota]);
    }
    split.train.sort_unstable();
    split.validation.sort_unstable();
    Ok(split)
}

/// Deals `count` seats to parties of these sizes; at most as many as there are members in all.
///
/// Whole numbers throughout, so that no rounding of floats decides.
fn largest_remainder(sizes: &[usize], count: usize) -> Vec<usize> {
    let total = sizes.iter().sum::<usize>().max(1) as u128;
    let share = |&size: &usize| size as u128 * count as u128;
    let mut seats: Vec<_> = sizes.iter().map(|size| (share(size) / total) as usize).collect();
    let mut order: Vec<_> = (0..sizes.len()).collect();
    // The sort is stable: among equals the lower position comes first.
    order.sort_by_key(|&i| std::cmp::Reverse(share(&sizes[i]) % total));
    let left = count - seats.iter().sum::<usize>();
    order.into_iter().take(left).for_each(|i| seats[i] += 1);
    seats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_remainders_by_hand() {
        // (sizes, count, seats)
        let cases: [(&[usize], usize, &[usize]); 6] = [
            (&[10, 10], 4, &[2, 2]),
            (&[10, 10], 5, &[3, 2]),
            (&[47, 16, 158, 120], 100, &[14, 5, 46, 35]),
            (&[1, 1, 1], 2, &[1, 1, 0]),
            (&[0, 3, 0], 2, &[0, 2, 0]),
            (&[9, 1], 1, &[1, 0]),
        ];
        for (sizes, count, seats) in cases {
            assert_eq!(largest_remainder(sizes, count), seats, "{sizes:?} {count}");
        }
    }

    /// 1,000 labels, unevenly distributed.
    fn labels() -> Vec<u16> {
        (0..1_000_u32).map(|i| ((i * i) % 97 % 10) as u16).collect()
    }

    #[test]
    fn exact_in_sum_and_within_one_image_in_every_class() {
        let labels = labels();
        for count in [1, 7, 100, 333, 999] {
            let split = stratified_split(&labels, Validation::Count(count), 3).unwrap();
            assert_eq!(split.validation.len(), count);
            for class in 0..10 {
                let of = |set: &[usize]| set.iter().filter(|&&i| labels[i] == class).count() as f64;
                let all = of(&split.train) + of(&split.validation);
                let quota = all * count as f64 / labels.len() as f64;
                assert!((of(&split.validation) - quota).abs() < 1.0, "{count}, class {class}");
            }
        }
    }

    #[test]
    fn every_image_is_on_one_side_in_order() {
        let split = stratified_split(&labels(), Validation::Share(0.1), 3).unwrap();
        assert_eq!(split.validation.len(), 100);
        assert!(split.train.is_sorted() && split.validation.is_sorted());
        let mut all = [split.train, split.validation].concat();
        all.sort_unstable();
        assert_eq!(all, (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn the_seed_decides_and_nothing_else() {
        let split = |seed| stratified_split(&labels(), Validation::Count(50), seed).unwrap();
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
        // Golden: results stand on these splits. A change here makes all of them unrepeatable.
        let labels = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
        let golden = stratified_split(&labels, Validation::Count(4), 1).unwrap();
        assert_eq!(golden.validation, GOLDEN);
    }

    const GOLDEN: [usize; 4] = [3, 5, 6, 8];

    #[test]
    fn nothing_or_everything_is_refused() {
        let labels = [0, 1, 0, 1];
        let bad = [
            Validation::Count(0),
            Validation::Count(4),
            Validation::Count(5),
            Validation::Share(0.0),
            Validation::Share(1.0),
            Validation::Share(-0.5),
            Validation::Share(f64::NAN),
            Validation::Share(0.01),
            Validation::Share(0.99),
        ];
        for validation in bad {
            let error = stratified_split(&labels, validation, 1).unwrap_err();
            assert!(error.to_string().contains("expected"), "{error}");
        }
        assert!(stratified_split(&[], Validation::Share(0.5), 1).is_err());
        assert!(stratified_split(&[], Validation::Count(1), 1).is_err());
    }
}

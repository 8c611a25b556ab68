//! The optical digits of Alpaydin and Kaynak (UCI), as scikit-learn and smartcore ship them: small
//! enough to stand in the program, so that everything can be tried without a network.

use smartcore::dataset::digits::load_dataset;

use super::{Definition, Origin};
use crate::{DatasetError, ImageShape, Images, Validation, stratified_split};

pub(super) const DEFINITION: Definition = Definition {
    name: "digits",
    description: "handwritten digits, 1,437 training and 360 test images, 8x8 grey, embedded",
    classes: 10,
    // Over the bytes / 255 of the 1,437 training images, in f64; a test computes them again.
    mean: &[0.3053],
    std: &[0.3761],
    origin: Origin::Embedded(load),
};

const IMAGES: usize = 1_797;
const SHAPE: ImageShape = ImageShape::grey(8, 8);
/// The largest value in the data: counts of ink in blocks of 4x4.
const INK: f32 = 16.0;
/// The data comes without a test set that smartcore would mark, so one is drawn: a fifth of the
/// images, each class in proportion. Another seed would be another data set, so this one stays.
const TEST: Validation = Validation::Count(360);
const TEST_SEED: u64 = 1_797;

/// Training and test images. Only data and targets are taken from smartcore, whose names of
/// features and targets are those of the irises.
fn load() -> Result<(Images, Images), DatasetError> {
    let data = load_dataset();
    if (data.num_samples, data.num_features) != (IMAGES, SHAPE.pixels()) {
        return Err(damaged("it does not have 1,797 images of 64 pixels".to_owned()));
    }
    let pixels = bytes(&data.data, INK, 255.0 / INK)?;
    let labels = bytes(&data.target, 9.0, 1.0)?.into_iter().map(u16::from).collect();
    let all = Images::new(SHAPE, pixels, labels)?;
    let split = stratified_split(all.labels(), TEST, TEST_SEED)?;
    Ok((all.subset(&split.train), all.subset(&split.validation)))
}

/// Whole numbers from 0 to `max`, times `scale`, to the nearest byte.
fn bytes(values: &[f32], max: f32, scale: f32) -> Result<Vec<u8>, DatasetError> {
    let byte = |&value: &f32| {
        if (0.0..=max).contains(&value) && value.fract() == 0.0 {
            Ok((value * scale).round() as u8)
        } else {
            Err(damaged(format!("it holds {value}, expected a whole number from 0 to {max}")))
        }
    };
    values.iter().map(byte).collect()
}

fn damaged(reason: String) -> DatasetError {
    DatasetError::Embedded { name: DEFINITION.name, reason }
}

#[cfg(test)]
mod tests {
    use md5::{Digest, Md5};

    use super::*;
    use crate::normalisation::tests::statistics;

    fn histogram(labels: &[u16]) -> [usize; 10] {
        let mut counts = [0; 10];
        labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
        counts
    }

    #[test]
    fn smartcore_has_the_data_of_scikit_learn() {
        let data = load_dataset();
        // The sum of all values and the first row of the first image, as load_digits() has them.
        assert_eq!(data.data.iter().sum::<f32>(), 561_718.0);
        assert_eq!(data.data[..8], [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]);
        let (train, test) = load().unwrap();
        let labels = [train.labels(), test.labels()].concat();
        assert_eq!(histogram(&labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    }

    #[test]
    fn the_test_set_is_a_fifth_of_every_class_and_stays_the_same() {
        let (train, test) = load().unwrap();
        assert_eq!((train.len(), test.len()), (1_437, 360));
        assert_eq!(histogram(test.labels()), [36, 37, 35, 37, 36, 36, 36, 36, 35, 36]);
        // Golden: published numbers stand on this split. It must never change.
        assert_eq!(test.labels()[..16], [3, 8, 2, 9, 1, 3, 4, 6, 8, 4, 1, 7, 3, 1, 6, 4]);
        let md5: String = Md5::digest(test.pixels()).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(md5, "2af461dba5611b1866e5684fa9ee7a6d");
    }

    #[test]
    fn pixels_use_the_whole_range() {
        let (train, _) = load().unwrap();
        assert_eq!(train.pixels().iter().max(), Some(&255));
        assert_eq!(train.pixels()[..8], [0, 0, 80, 207, 143, 16, 0, 0]);
    }

    #[test]
    fn constants_match_the_training_images() {
        let (mean, std) = statistics(&load().unwrap().0);
        assert!((mean - f64::from(DEFINITION.mean[0])).abs() < 1e-3, "mean {mean}");
        assert!((std - f64::from(DEFINITION.std[0])).abs() < 1e-3, "std {std}");
    }

    #[test]
    fn values_out_of_range_are_told() {
        for value in [-1.0, 17.0, 0.5, f32::NAN] {
            assert!(bytes(&[value], INK, 1.0).is_err(), "{value}");
        }
    }
}

//! Tests of images on the device, with and without autodiff.

use rand::{Rng, SeedableRng};

use super::*;
use crate::ImageShape;

/// Three images of 2x1x2 and their values after normalisation.
fn sample(device: &Device) -> (DeviceImages, [f32; 12]) {
    let shape = ImageShape { channels: 2, height: 1, width: 2 };
    let pixels = vec![0, 255, 0, 255, 51, 102, 51, 102, 255, 255, 0, 0];
    let images = Images::new(shape, pixels, vec![4, 0, 9]).unwrap();
    let normalisation = Normalisation { mean: vec![0.0, 0.5], std: vec![1.0, 0.5] };
    let n = |channel, pixel| normalisation.apply(channel, pixel);
    let expected = [
        n(0, 0),
        n(0, 255),
        n(1, 0),
        n(1, 255), //
        n(0, 51),
        n(0, 102),
        n(1, 51),
        n(1, 102), //
        n(0, 255),
        n(0, 255),
        n(1, 0),
        n(1, 0),
    ];
    assert_eq!(expected[2..4], [-1.0, 1.0]);
    (DeviceImages::new(&images, &normalisation, device), expected)
}

fn values(images: &Tensor<4>) -> Vec<f32> {
    images.to_data().try_into_vec::<f32>().unwrap()
}

fn classes(labels: &Tensor<1, Int>) -> Vec<i64> {
    labels.to_data().iter::<i64>().collect()
}

fn devices() -> [Device; 2] {
    [Device::flex(), Device::flex().autodiff()]
}

#[test]
fn pixels_are_normalised_channel_by_channel() {
    for device in devices() {
        let (images, expected) = sample(&device);
        assert_eq!(images.images().dims(), [3, 2, 1, 2]);
        assert_eq!(values(&images.images()), expected);
        assert_eq!(classes(images.labels()), [4, 0, 9]);
        assert_eq!(images.host_labels(), [4, 0, 9]);
    }
}

#[test]
fn select_slice_and_subset_agree() {
    for device in devices() {
        let (images, expected) = sample(&device);
        let batch = images.select(&[2, 0, 2]);
        let rows = [&expected[8..], &expected[..4], &expected[8..]].concat();
        assert_eq!((values(&batch.images), classes(&batch.labels)), (rows, vec![9, 4, 9]));

        let slice = images.slice(1..3);
        let same = images.select(&[1, 2]);
        assert_eq!(values(&slice.images), values(&same.images));
        assert_eq!(classes(&slice.labels), classes(&same.labels));

        let subset = images.subset(&[2, 1]);
        assert_eq!((subset.len(), subset.host_labels()), (2, &[9, 0][..]));
        assert_eq!(values(&subset.images()), values(&images.select(&[2, 1]).images));
    }
}

#[test]
fn batches_can_be_trained_on_but_are_not_differentiated() {
    let (images, _) = sample(&Device::flex().autodiff());
    let batch = images.select(&[0, 1]);
    assert!(batch.images.is_autodiff() && !batch.images.is_require_grad());
    let weight = Tensor::<4>::ones([1, 2, 1, 2], &batch.images.device()).require_grad();
    let gradients = (batch.images.clone() * weight.clone()).sum().backward();
    let gradient = weight.grad(&gradients).unwrap();
    assert_eq!(gradient.to_data(), batch.images.sum_dim(0).inner().to_data());
}

#[test]
#[should_panic(expected = "image 3 of 3")]
fn an_index_too_large_is_a_bug() {
    sample(&Device::flex()).0.select(&[0, 3]);
}

#[test]
#[should_panic(expected = "images 2..4 of 3")]
fn a_range_too_long_is_a_bug() {
    sample(&Device::flex()).0.slice(2..4);
}

impl ByteBatch<'_> {
    /// What its bytes stand for.
    fn values(&self) -> Vec<f32> {
        let map = self.images.len() / self.labels.len() / self.tables.len();
        let maps = self.images.chunks_exact(map).zip(self.tables.iter().cycle());
        maps.flat_map(|(map, table)| map.iter().map(|&byte| table[usize::from(byte)])).collect()
    }
}

/// Images in the host's memory are cropped there: other devices compute the same.
#[test]
fn crops_on_the_host_equal_tensor_operations_bit_for_bit() {
    let shape = ImageShape { channels: 2, height: 5, width: 7 };
    let pixels = (0..20 * shape.pixels()).map(|pixel| (pixel * 37 % 251) as u8).collect();
    let images = Images::new(shape, pixels, (0..20).collect()).unwrap();
    let normalisation = Normalisation { mean: vec![0.2, 0.5], std: vec![0.3, 0.25] };
    let images = DeviceImages::new(&images, &normalisation, &Device::flex());
    assert!(matches!(images.images, Place::Host(_)));
    let indices = [3, 19, 0, 3, 11];
    // The last margin is wider than the image.
    for pad in [0, 1, 4, 9] {
        for (flip, resized_crop) in [(false, false), (true, false), (true, true)] {
            let augmentation = Augmentation { pad, flip, resized_crop };
            let rng = || ChaCha8Rng::seed_from_u64(pad as u64);
            let (mut here, mut there) = (rng(), rng());
            let found = images.select_augmented(&indices, &augmentation, &mut here);
            let mut again = rng();
            match images.select_bytes(&indices, Some((&augmentation, &mut again))) {
                Some(bytes) => {
                    assert_eq!(bytes.values(), found.images.to_data().as_slice::<f32>().unwrap());
                    assert_eq!(bytes.labels, [3, 19, 0, 3, 11]);
                    assert_eq!(again, here);
                }
                None => assert!(resized_crop && again == rng()),
            }
            let Batch { images, labels } = images.select(&indices);
            let expected = augmentation.apply(images, &normalisation.background(), &mut there);
            assert_eq!(found.images.to_data(), expected.to_data());
            assert_eq!(classes(&found.labels), classes(&labels));
            assert_eq!(here.next_u32(), there.next_u32(), "as many numbers are drawn");
        }
    }
}

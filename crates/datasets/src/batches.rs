//! The order in which images are shown.

use chacha20::ChaCha8Rng;
use rand::{SeedableRng, seq::SliceRandom};

use crate::DatasetError;

/// An endless stream of batches of indices, shuffled anew in every epoch.
///
/// The order of epoch e depends on the indices, the seed and e only, not on the epochs before:
/// [`skip`](Self::skip) need not replay them. The last batch of an epoch is short if the batch size
/// does not divide the number of images.
#[derive(Clone, Debug)]
pub struct Batches {
    indices: Vec<usize>,
    batch_size: usize,
    seed: u64,
    /// Batches given out so far, since the start.
    given: u64,
    /// The order of epoch `shuffled`.
    order: Vec<usize>,
    shuffled: Option<u64>,
}

impl Batches {
    /// Batches of `batch_size` of these indices.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Batches`] if there are no indices or the batch size is 0.
    pub fn new(indices: Vec<usize>, batch_size: usize, seed: u64) -> Result<Self, DatasetError> {
        if indices.is_empty() || batch_size == 0 {
            return Err(DatasetError::Batches { batch_size, images: indices.len() });
        }
        Ok(Self { order: indices.clone(), indices, batch_size, seed, given: 0, shuffled: None })
    }

    /// Batches in an epoch, the short one included.
    pub fn per_epoch(&self) -> usize {
        self.indices.len().div_ceil(self.batch_size)
    }

    /// Batches given out so far, skipped ones included.
    pub fn given(&self) -> u64 {
        self.given
    }

    /// The next batch.
    pub fn next_batch(&mut self) -> &[usize] {
        let per_epoch = self.per_epoch() as u64;
        self.shuffle(self.given / per_epoch);
        let start = (self.given % per_epoch) as usize * self.batch_size;
        self.given += 1;
        let rest = &self.order[start..];
        &rest[..rest.len().min(self.batch_size)]
    }

    /// Passes over `count` batches: what follows is what would follow that many calls of
    /// [`next_batch`](Self::next_batch), at the cost of none.
    pub fn skip(&mut self, count: u64) {
        self.given += count;
    }

    fn shuffle(&mut self, epoch: u64) {
        if self.shuffled == Some(epoch) {
            return;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        // Every epoch has a stream of its own under the same key.
        rng.set_stream(epoch);
        self.order.copy_from_slice(&self.indices);
        self.order.shuffle(&mut rng);
        self.shuffled = Some(epoch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(batches: &mut Batches, count: usize) -> Vec<Vec<usize>> {
        (0..count).map(|_| batches.next_batch().to_vec()).collect()
    }

    fn batches(seed: u64) -> Batches {
        Batches::new((100..110).collect(), 4, seed).unwrap()
    }

    #[test]
    fn every_epoch_shows_every_image_once_in_a_new_order() {
        let mut batches = batches(1);
        assert_eq!(batches.per_epoch(), 3);
        let mut epochs = Vec::new();
        for _ in 0..3 {
            let epoch = take(&mut batches, 3);
            assert_eq!(epoch.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
            let mut all = epoch.concat();
            epochs.push(all.clone());
            all.sort_unstable();
            assert_eq!(all, (100..110).collect::<Vec<_>>());
        }
        assert!(epochs[0] != epochs[1] && epochs[1] != epochs[2]);
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(take(&mut batches(1), 9), take(&mut batches(1), 9));
        assert_ne!(take(&mut batches(1), 3), take(&mut batches(2), 3));
    }

    #[test]
    fn the_order_never_changes() {
        // Golden: results stand on this order. A change here makes all of them unrepeatable.
        assert_eq!(take(&mut batches(1), 3).concat(), GOLDEN);
    }

    const GOLDEN: [usize; 10] = [103, 108, 105, 102, 107, 109, 106, 100, 104, 101];

    #[test]
    fn skipping_is_like_taking() {
        for count in 0..8 {
            let (mut taken, mut skipped) = (batches(5), batches(5));
            // From the start as well as from the middle of an epoch.
            for _ in 0..2 {
                take(&mut taken, count);
                skipped.skip(count as u64);
                assert_eq!(taken.given(), skipped.given());
                assert_eq!(take(&mut taken, 4), take(&mut skipped, 4), "{count}");
            }
        }
    }

    #[test]
    fn nothing_to_show_is_refused() {
        assert!(Batches::new(vec![], 4, 1).is_err());
        let error = Batches::new(vec![1, 2], 0, 1).unwrap_err().to_string();
        assert!(error.contains("batches of 0 from 2 images"), "{error}");
    }
}

//! The ledger of seeds: every random choice of a run follows from its seed and its purpose.

use sha2::{Digest, Sha256};

/// Where the draws of one network's runs come from.
///
/// The seed of a purpose is the first 8 bytes, read as a little-endian number, of
/// SHA-256 of the text `seed/purpose/index`, and for a control that is repeated, from its second time on, of
/// `seed/purpose/index/repeat`. What stands in `runs.csv` is therefore enough to draw
/// everything again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeds(u64);

impl Seeds {
    /// The ledger of the network with this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Initial values.
    pub fn init(self) -> u64 {
        self.derive("init", 0)
    }

    /// Order of the batches of the parent (0) or of the retraining at the k-th density (k, from
    /// 1). Methods and retrainings share it, so that they are compared in pairs.
    pub fn order(self, training: usize) -> u64 {
        self.derive("order", training)
    }

    /// Augmentation, for the same trainings.
    pub fn augmentation(self, training: usize) -> u64 {
        self.derive("augmentation", training)
    }

    /// Order of the batches of the second copy of the same training, for its stability.
    pub fn second_order(self, training: usize) -> u64 {
        self.derive("second-order", training)
    }

    /// Augmentation of the second copy.
    pub fn second_augmentation(self, training: usize) -> u64 {
        self.derive("second-augmentation", training)
    }

    /// The points that sensitivities are taken over.
    pub fn points(self) -> u64 {
        self.derive("points", 0)
    }

    /// The points that certificates are tested on.
    pub fn held_out(self) -> u64 {
        self.derive("held-out", 0)
    }

    /// The draws of a method at the k-th pruning.
    pub fn prune(self, pruning: usize) -> u64 {
        self.derive("prune", pruning)
    }

    /// The weights that a method draws at the k-th density.
    pub fn draw(self, pruning: usize) -> u64 {
        self.derive("draw", pruning)
    }

    /// Fresh initial values at the k-th density, for a repeat of the control (from 1).
    pub fn reinit(self, training: usize, repeat: usize) -> u64 {
        self.repeated("reinit", training, repeat)
    }

    /// The random mask at the k-th density, likewise.
    pub fn random_mask(self, training: usize, repeat: usize) -> u64 {
        self.repeated("random-mask", training, repeat)
    }

    /// The shuffled or random mask at the k-th density, for the controls that every method has.
    pub fn mask_control(self, training: usize) -> u64 {
        self.derive("mask-control", training)
    }

    /// Fresh signs at the k-th density, likewise.
    pub fn signs(self, training: usize, repeat: usize) -> u64 {
        self.repeated("signs", training, repeat)
    }

    /// The batches that norms' statistics are taken from at the k-th density.
    pub fn norms(self, pruning: usize) -> u64 {
        self.derive("norms", pruning)
    }

    /// What the method whose layers' counts another one takes draws when it looks at a network.
    pub fn same_as(self) -> u64 {
        self.derive("same-as", 0)
    }

    /// What is random in a corruption of the test images. It is a matter of `[evaluate] seed` and of no
    /// network's: all are tested on the same images.
    pub fn corruption(self, name: &str) -> u64 {
        self.derive(&format!("corruption-{name}"), 0)
    }

    /// The first time is as it was before there were repeats.
    fn repeated(self, purpose: &str, index: usize, repeat: usize) -> u64 {
        match repeat {
            0 | 1 => self.derive(purpose, index),
            repeat => first_bytes(&format!("{}/{purpose}/{index}/{repeat}", self.0)),
        }
    }

    fn derive(self, purpose: &str, index: usize) -> u64 {
        first_bytes(&format!("{}/{purpose}/{index}", self.0))
    }
}

fn first_bytes(text: &str) -> u64 {
    let digest = Sha256::digest(text);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded once (Python: `int.from_bytes(sha256(b"1/init/0").digest()[:8], "little")`): a
    /// change here would change every result of every seed.
    #[test]
    fn seeds_never_change() {
        assert_eq!(Seeds::new(1).init(), 15_118_633_334_744_233_468);
        assert_eq!(Seeds::new(7).order(3), 16_894_109_683_207_818_521);
        assert_eq!(Seeds::new(1).reinit(2, 1), 17_045_036_159_990_224_072);
        assert_eq!(Seeds::new(1).reinit(2, 2), 9_098_311_637_813_279_207);
    }

    #[test]
    fn purposes_do_not_share_seeds() {
        let seeds = Seeds::new(1);
        let all = [
            seeds.init(),
            seeds.order(0),
            seeds.order(1),
            seeds.points(),
            seeds.prune(0),
            seeds.reinit(0, 1),
            seeds.reinit(0, 2),
            seeds.reinit(0, 3),
            seeds.random_mask(0, 2),
        ];
        let distinct: std::collections::HashSet<_> = all.into_iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}

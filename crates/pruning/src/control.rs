use chacha20::ChaCha8Rng;
use rand::seq::SliceRandom;

use crate::mask::Mask;

/// A random mask that keeps as many weights in each layer as `mask` does: the control that tells
/// whether the choice of *weights* mattered, or only the layers' densities.
pub fn random_like(mask: &Mask, rng: &mut ChaCha8Rng) -> Mask {
    let mut random = mask.clone();
    random.layers.iter_mut().for_each(|layer| layer.keep.shuffle(rng));
    random
}

use models::Network;
use pruning::{LayerMask, Mask};

use super::Violation;
use crate::digest::digest;

/// Layers with fewer kept weights are not compared: by chance alone half of them could be equal.
const FEWEST: usize = 8;

/// All that a rewound survivor keeps (weights under the mask, biases, norms) is bit for bit what was
/// saved; compared by hash.
pub(crate) fn rewound(start: &Network, saved: &Network, mask: &Mask) -> Result<(), Violation> {
    let (start, saved) = (start.tensors(), saved.tensors());
    for (name, saved) in &saved {
        let layer =
            mask.layers().iter().find(|layer| name.strip_suffix(".weight") == Some(&layer.name));
        let (expected, found) = (kept(&saved.values, layer), kept(&start[name].values, layer));
        let (asked, got) = (hash(&expected), hash(&found));
        if asked != got {
            let differing = differing(&expected, &found);
            let problem = format!(
                "{differing} of {} kept values of {name} are not the saved ones (SHA-256 {got}…, \
                 expected {asked}…)",
                expected.len()
            );
            let owner = name.rsplit_once('.').map_or(name.as_str(), |(owner, _)| owner);
            return Err(Violation::of_layer("rewound", owner, problem));
        }
    }
    Ok(())
}

/// Weights that were drawn anew are not those that were saved: in no layer are more than half of the
/// kept weights the same.
pub(crate) fn redrawn(start: &Network, saved: &Network, mask: &Mask) -> Result<(), Violation> {
    for (index, layer) in mask.layers().iter().enumerate() {
        let saved = kept(&saved.weight_values(index), Some(layer));
        let start = kept(&start.weight_values(index), Some(layer));
        let same = saved.len() - differing(&saved, &start);
        if saved.len() >= FEWEST && 2 * same > saved.len() {
            let problem = format!(
                "{same} of {} kept weights are the saved ones; expected at most half of them",
                saved.len()
            );
            return Err(Violation::of_layer("reinit", &layer.name, problem));
        }
    }
    Ok(())
}

/// The bits of the values that stay; of all of them where there is no mask.
fn kept(values: &[f32], layer: Option<&LayerMask>) -> Vec<u32> {
    match layer {
        None => values.iter().map(|value| value.to_bits()).collect(),
        Some(layer) => {
            let pairs = values.iter().zip(&layer.keep);
            pairs.filter(|(_, keep)| **keep).map(|(value, _)| value.to_bits()).collect()
        }
    }
}

fn differing(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a != b).count()
}

/// The first 8 bytes of the SHA-256 of the bits, in hexadecimal digits.
fn hash(bits: &[u32]) -> String {
    let bytes: Vec<u8> = bits.iter().flat_map(|bits| bits.to_le_bytes()).collect();
    digest(bytes, 8)
}

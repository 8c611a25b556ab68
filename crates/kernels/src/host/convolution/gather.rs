//! Every position of a map gathers what it reads: the forward pass and the gradient of the input.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::classes::Class;
use super::panels::{Panels, WIDTH};
use super::tile::{Pass, Place, Start};

/// Positions that are computed together, if a map has fewer: their tiles are full, and a panel is
/// used often while it is in the cache.
const POSITIONS: usize = 256;

/// One map for each image, channels last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Maps<'a> {
    pub(super) values: &'a [f32],
    /// Numbers in one image's map.
    pub(super) size: usize,
}

/// Maps of `positions` for every image, `[images, positions, targets]`.
pub(super) fn gather(
    source: Maps<'_>,
    positions: usize,
    classes: &[Class],
    panels: &Panels,
    bias: Option<&[f32]>,
) -> Vec<f32> {
    let size = positions * panels.targets;
    let images = source.values.len() / source.size;
    let mut target = vec![0.0; images * size];
    // Every thread gets some. A position's sum is the same whatever it is computed with.
    let share = images.div_ceil(rayon::current_num_threads());
    let together = (POSITIONS / positions).min(share).max(1);
    let arch = Arch::new();
    let sources = source.values.par_chunks(together * source.size);
    target.par_chunks_mut(together * size).zip(sources).for_each(|(target, values)| {
        let source = Maps { values, ..source };
        let images = values.len() / source.size;
        arch.dispatch(Gather { source, images, size, classes, panels, bias, target });
    });
    target
}

/// Some images' maps.
struct Gather<'a> {
    source: Maps<'a>,
    images: usize,
    size: usize,
    classes: &'a [Class],
    panels: &'a Panels,
    bias: Option<&'a [f32]>,
    target: &'a mut [f32],
}

impl WithSimd for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let targets = self.panels.targets;
        let mut places = Vec::new();
        for class in self.classes {
            places.clear();
            places.extend((0..self.images).flat_map(|image| {
                class.targets.iter().map(move |&(target, source)| Place {
                    source: image * self.source.size + source,
                    target: image * self.size + target * targets,
                })
            }));
            for (first, panel) in self.panels.iter() {
                let columns = WIDTH.min(targets - first);
                let mut bias = [0.0; WIDTH];
                if let Some(values) = self.bias {
                    bias[..columns].copy_from_slice(&values[first..][..columns]);
                }
                let target = &mut self.target[first..];
                // Nothing is read: only the bias is left.
                let nothing = [Vec::new()];
                let pieces = if class.pieces.is_empty() { &nothing[..] } else { &class.pieces };
                let mut start = Start::Bias(&bias);
                for runs in pieces {
                    let pass = Pass { source: self.source.values, runs, panel, columns, start };
                    pass.run(simd, &places, target);
                    start = Start::Target;
                }
            }
        }
    }
}

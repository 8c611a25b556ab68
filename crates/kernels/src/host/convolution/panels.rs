use rayon::prelude::*;

/// Targets in a panel: two registers of eight, or four of four.
pub(super) const WIDTH: usize = 16;

/// Weights as they are read: for each [`WIDTH`] targets one panel `[depth, WIDTH]`, with zeros where
/// there are no more targets. The depth is offsets of the kernel, and in each the source's channels.
#[derive(Debug)]
pub(super) struct Panels {
    values: Vec<f32>,
    depth: usize,
    /// Units of the target.
    pub(super) targets: usize,
}

/// A weight `[units, channels, offsets]` as seen from one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weight<'a> {
    pub(super) values: &'a [f32],
    pub(super) taps: usize,
    /// Targets, and how far their weights lie apart.
    pub(super) targets: [usize; 2],
    /// Sources, likewise.
    pub(super) sources: [usize; 2],
    /// Whether offsets are counted from the kernel's end.
    pub(super) from_end: bool,
}

impl Panels {
    pub(super) fn new(weight: Weight<'_>) -> Self {
        let Weight { taps, targets: [targets, apart], sources: [sources, _], .. } = weight;
        let depth = taps * sources;
        let mut values = vec![0.0; targets.next_multiple_of(WIDTH) * depth];
        values.par_chunks_mut(depth * WIDTH).enumerate().for_each(|(index, panel)| {
            let first = index * WIDTH;
            weight.pack(&weight.values[first * apart..], WIDTH.min(targets - first), panel);
        });
        Self { values, depth, targets }
    }

    /// Each panel with its first target.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[f32])> {
        let panels = self.values.chunks_exact(self.depth * WIDTH);
        panels.enumerate().map(|(index, panel)| (index * WIDTH, panel))
    }
}

impl Weight<'_> {
    /// One panel, of the targets that `values` starts with.
    fn pack(&self, values: &[f32], present: usize, panel: &mut [f32]) {
        let &Weight { taps, targets: [_, apart], sources: [sources, step], from_end, .. } = self;
        let rows = panel.as_chunks_mut::<WIDTH>().0;
        for source in 0..sources {
            for tap in 0..taps {
                let place = if from_end { taps - 1 - tap } else { tap };
                let row = &mut rows[place * sources + source][..present];
                let first = source * step + tap;
                for (lane, to) in row.iter_mut().enumerate() {
                    *to = values[first + lane * apart];
                }
            }
        }
    }
}

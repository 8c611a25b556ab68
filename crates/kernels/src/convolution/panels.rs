/// Units in a panel: two registers of eight, or four of four.
pub(super) const WIDTH: usize = 16;

/// Weights as they are read: for each [`WIDTH`] targets one panel `[depth, WIDTH]`, with zeros where
/// there are no more targets.
#[derive(Debug)]
pub(super) struct Panels {
    values: Vec<f32>,
    depth: usize,
    /// Units of the target.
    pub(super) targets: usize,
}

impl Panels {
    /// Of `depth` weights for each target; `weight` tells one of (target, place in the depth).
    pub(super) fn new(
        targets: usize,
        depth: usize,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let mut values = vec![0.0; targets.next_multiple_of(WIDTH) * depth];
        for (index, panel) in values.chunks_exact_mut(depth * WIDTH).enumerate() {
            let first = index * WIDTH;
            for (place, row) in panel.chunks_exact_mut(WIDTH).enumerate() {
                let present = WIDTH.min(targets - first);
                for (lane, value) in row[..present].iter_mut().enumerate() {
                    *value = weight(first + lane, place);
                }
            }
        }
        Self { values, depth, targets }
    }

    /// Each panel with its first target.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[f32])> {
        let panels = self.values.chunks_exact(self.depth * WIDTH);
        panels.enumerate().map(|(index, panel)| (index * WIDTH, panel))
    }
}

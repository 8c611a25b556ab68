//! Which positions of one map are read where, along one axis.

/// One place that a position reads: the kernel's offset and the position in the other map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Link {
    /// Offset in the kernel, counted so that it grows with the source.
    pub(super) tap: usize,
    /// Position in the source, counted from the first one that is read.
    pub(super) source: usize,
}

/// Positions that read alike: the same offsets of the kernel, at the same distances.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Alike {
    pub(super) links: Vec<Link>,
    /// Each position with the first one that it reads.
    pub(super) targets: Vec<(usize, usize)>,
}

/// A convolution along one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) input: usize,
    pub(crate) output: usize,
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    pub(crate) padding: usize,
}

impl Axis {
    /// `None` where the kernel does not fit.
    pub(crate) fn new(input: usize, kernel: usize, stride: usize, padding: usize) -> Option<Self> {
        let steps = (input + 2 * padding).checked_sub(kernel)?.checked_div(stride)?;
        Some(Self { input, output: steps + 1, kernel, stride, padding })
    }

    /// The input position that the output position reads at an offset of the kernel.
    pub(crate) fn read(&self, output: usize, tap: usize) -> Option<usize> {
        let position = (output * self.stride + tap).checked_sub(self.padding)?;
        (position < self.input).then_some(position)
    }

    /// Output positions that read input at an offset of the kernel: a range.
    pub(super) fn readers(&self, tap: usize) -> std::ops::Range<usize> {
        let reads = |&output: &usize| self.read(output, tap).is_some();
        let start = (0..self.output).find(reads).unwrap_or(self.output);
        let end = (start..self.output).find(|output| !reads(output)).unwrap_or(self.output);
        start..end
    }

    /// What outputs read.
    pub(super) fn forward(&self) -> Vec<Alike> {
        alike((0..self.output).map(|output| {
            let read = |tap| self.read(output, tap).map(|source| (tap, source));
            (0..self.kernel).filter_map(read).collect()
        }))
    }

    /// What inputs are read by: the same, seen from the other side. Offsets are counted from the
    /// kernel's end.
    pub(super) fn backward(&self) -> Vec<Alike> {
        alike((0..self.input).map(|input| {
            let reader = |tap: usize| {
                let from_end = self.kernel - 1 - tap;
                let steps = (input + self.padding).checked_sub(from_end)?;
                let output = steps / self.stride;
                let reads = steps % self.stride == 0 && output < self.output;
                reads.then_some((tap, output))
            };
            (0..self.kernel).filter_map(reader).collect()
        }))
    }
}

/// Groups positions, given what each reads in ascending order.
fn alike(positions: impl Iterator<Item = Vec<(usize, usize)>>) -> Vec<Alike> {
    let mut groups: Vec<Alike> = Vec::new();
    for (target, read) in positions.enumerate() {
        let first = read.first().map_or(0, |&(_, source)| source);
        let links: Vec<Link> =
            read.iter().map(|&(tap, source)| Link { tap, source: source - first }).collect();
        match groups.iter_mut().find(|group| group.links == links) {
            Some(group) => group.targets.push((target, first)),
            None => groups.push(Alike { links, targets: vec![(target, first)] }),
        }
    }
    groups
}

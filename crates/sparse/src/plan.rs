use crate::layer::Kernel;
use crate::maps::Maps;
use crate::pattern::Pattern;

/// Output positions that are computed together, since they lie side by side in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// What the kernel's upper left corner lies on, in the input, for unit 0's first weight.
    pub(crate) input: usize,
    /// In the output, for unit 0.
    pub(crate) output: usize,
    /// How many.
    pub(crate) length: usize,
}

/// Where a layer's values lie.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// How far each stored weight's value lies from the kernel's corner, in positions.
    pub(crate) offsets: Vec<u32>,
    pub(crate) runs: Vec<Run>,
}

impl Plan {
    pub(crate) fn new(pattern: &Pattern, kernel: Kernel, input: Maps, output: Maps) -> Self {
        let offset = |&column: &u32| offset(kernel, input, column);
        let offsets = pattern.columns().iter().map(offset).collect();
        Self { offsets, runs: runs(kernel, input, output) }
    }
}

/// How far a column's value lies from the kernel's corner, in positions.
pub(crate) fn offset(kernel: Kernel, input: Maps, column: u32) -> u32 {
    let [height, width] = kernel.size;
    let (channel, place) = (column as usize / (height * width), column as usize % (height * width));
    (channel * input.map() + place / width * input.row() + place % width) as u32
}

/// Rows of the output where neighbours in it are neighbours in the input, single positions elsewhere.
fn runs(kernel: Kernel, input: Maps, output: Maps) -> Vec<Run> {
    let Kernel { stride, padding, .. } = kernel;
    let length = if stride[1] == 1 { output.width } else { 1 };
    let run = |row: usize, column: usize| Run {
        input: input.position(
            0,
            (row * stride[0]) as isize - padding[0] as isize,
            (column * stride[1]) as isize - padding[1] as isize,
        ),
        output: output.position(0, row as isize, column as isize),
        length,
    };
    let columns = move || (0..output.width).step_by(length);
    (0..output.height).flat_map(|row| columns().map(move |column| run(row, column))).collect()
}

use std::sync::OnceLock;

use crate::chunks::Chunks;
use crate::kernels;
use crate::maps::{Activations, Maps};
use crate::pattern::Pattern;
use crate::phases::Phases;
use crate::transposed::Transposed;

/// How a layer looks at its input. A linear layer is a convolution whose kernel is as large as the
/// map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel {
    /// Height and width.
    pub size: [usize; 2],
    /// Step between positions, vertical and horizontal.
    pub stride: [usize; 2],
    /// Zeros added on each side, vertical and horizontal.
    pub padding: [usize; 2],
}

impl Kernel {
    /// The whole of these maps, once: a linear layer over flattened features.
    pub fn whole(maps: Maps) -> Self {
        Self { size: [maps.height, maps.width], stride: [1, 1], padding: [0, 0] }
    }
}

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

/// A layer whose stored weights alone are computed with: the structure, laid out for the maps that it
/// reads and writes. Weights are a slice beside it, in the order of its [`Pattern`].
#[derive(Debug, Clone)]
pub struct Layer {
    pattern: Pattern,
    kernel: Kernel,
    input: Maps,
    output: Maps,
    plan: Plan,
    chunks: Chunks,
    /// Where there is a single position, from its first gradient on.
    transposed: OnceLock<Transposed>,
    /// For few images, where a step lies between neighbours of a row.
    phases: Option<Phases>,
}

/// Where a layer's values lie.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// How far each stored weight's value lies from the kernel's corner, in positions.
    pub(crate) offsets: Vec<u32>,
    pub(crate) runs: Vec<Run>,
}

impl Layer {
    /// The columns of the pattern run over channels and the kernel's rows and columns, in PyTorch's
    /// order; the output gets the margin that is asked for.
    ///
    /// # Panics
    /// When the pattern does not fit the kernel over these maps, the kernel fits nowhere, or the
    /// input's margin is smaller than the padding.
    pub fn new(pattern: Pattern, kernel: Kernel, input: Maps, margin: [usize; 2]) -> Self {
        let Kernel { size: [height, width], stride, padding } = kernel;
        assert_eq!(pattern.fan_in(), input.channels * height * width, "weights of a unit");
        assert!((0..2).all(|axis| padding[axis] <= input.margin[axis]), "a margin for the padding");
        let positions = |length: usize, axis: usize| {
            (length + 2 * padding[axis] - [height, width][axis]) / stride[axis] + 1
        };
        let output = Maps {
            channels: pattern.units(),
            height: positions(input.height, 0),
            width: positions(input.width, 1),
            margin,
        };
        let offset = |&column: &u32| offset(kernel, input, column);
        let offsets = pattern.columns().iter().map(offset).collect();
        let plan = Plan { offsets, runs: runs(kernel, input, output) };
        let phases = (stride[1] > 1 && output.width > 1)
            .then(|| Phases::new(&pattern, kernel, input, output));
        let chunks = Chunks::new(&pattern);
        let transposed = OnceLock::new();
        Self { plan, chunks, transposed, phases, pattern, kernel, input, output }
    }

    /// Which weights are stored.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// How it looks at its input.
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// What the layer reads.
    pub fn input(&self) -> Maps {
        self.input
    }

    /// What the layer writes.
    pub fn output(&self) -> Maps {
        self.output
    }

    pub(crate) fn offsets(&self) -> &[u32] {
        &self.plan.offsets
    }

    pub(crate) fn chunks(&self) -> &Chunks {
        &self.chunks
    }

    /// The pattern input by input, where there is a single position: each input is read by one column then.
    pub(crate) fn transposed(&self) -> Option<&Transposed> {
        let single = self.output.height * self.output.width == 1;
        single.then(|| {
            self.transposed.get_or_init(|| {
                let columns = 0..self.pattern.fan_in() as u32;
                let offsets = columns.map(|column| offset(self.kernel, self.input, column));
                Transposed::new(&self.pattern, offsets.collect())
            })
        })
    }

    pub(crate) fn runs(&self) -> &[Run] {
        &self.plan.runs
    }

    /// output = weights · input + bias, at each position; with `relu` negative values become 0.
    ///
    /// # Panics
    /// When weights, bias or activations are not of the layer's size, or the batches differ.
    pub fn forward(
        &self,
        weights: &[f32],
        bias: Option<&[f32]>,
        relu: bool,
        input: &Activations,
        output: &mut Activations,
    ) {
        self.check(input, output);
        match &self.phases {
            Some(phases) if input.is_packed() => {
                let input = phases.split(input);
                kernels::forward(self, &phases.plan, weights, bias, relu, &input, output);
            }
            _ => kernels::forward(self, &self.plan, weights, bias, relu, input, output),
        }
    }

    /// input_gradient += weightsᵀ · output_gradient. The margin of the input's gradient takes what
    /// falls on it.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn input_gradient(
        &self,
        weights: &[f32],
        output_gradient: &Activations,
        input_gradient: &mut Activations,
    ) {
        self.check(input_gradient, output_gradient);
        kernels::input_gradient(self, weights, output_gradient, input_gradient);
    }

    /// weight_gradient += output_gradient · inputᵀ at the stored weights. The batch's padding must be
    /// 0 in the gradient, and a number in the input.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn weight_gradient(
        &self,
        input: &Activations,
        output_gradient: &Activations,
        weight_gradient: &mut [f32],
    ) {
        self.check(input, output_gradient);
        kernels::weight_gradient(self, input, output_gradient, weight_gradient);
    }

    /// bias_gradient += the sums of each unit's gradient over positions and batch. The batch's padding
    /// must be 0.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn bias_gradient(&self, output_gradient: &Activations, bias_gradient: &mut [f32]) {
        assert_eq!(output_gradient.maps(), self.output, "the layer's output");
        kernels::bias_gradient(self, output_gradient, bias_gradient);
    }

    fn check(&self, input: &Activations, output: &Activations) {
        assert_eq!(input.maps(), self.input, "the layer's input");
        assert_eq!(output.maps(), self.output, "the layer's output");
        let images = |activations: &Activations| (activations.batch(), activations.lanes());
        assert_eq!(images(input), images(output), "one batch, laid out alike");
    }
}

/// How far a column's value lies from the kernel's corner, in positions.
fn offset(kernel: Kernel, input: Maps, column: u32) -> u32 {
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

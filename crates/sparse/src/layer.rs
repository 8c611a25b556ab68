use std::borrow::Cow;
use std::sync::OnceLock;

use crate::chunks::{Chunks, Part};
use crate::full::Full;
use crate::kernels;
use crate::maps::{Activations, Maps};
use crate::order::Order;
use crate::pattern::Pattern;
use crate::phases::Phases;
use crate::plan::{Plan, Run, offset};
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

/// Which weights lie beside a layer, and in which order.
#[derive(Debug, Clone)]
enum Weights {
    /// The stored ones, as the pattern has them.
    OfPattern,
    /// The stored ones, part by part.
    InParts(Order),
    /// All of them.
    All(Full),
}

/// A layer whose stored weights alone are computed with: the structure, laid out for the maps that it
/// reads and writes. Weights are a slice beside it, in the order of its [`Pattern`], and within the crate
/// sometimes in another one.
#[derive(Debug, Clone)]
pub struct Layer {
    pattern: Pattern,
    kernel: Kernel,
    input: Maps,
    output: Maps,
    plan: Plan,
    chunks: Chunks,
    weights: Weights,
    /// Where there is a single position, from its first gradient on.
    transposed: OnceLock<Transposed>,
    /// For few images, where a step lies between neighbours of a row.
    phases: Option<Phases>,
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
        let plan = Plan::new(&pattern, kernel, input, output);
        let phases = (stride[1] > 1 && output.width > 1)
            .then(|| Phases::new(&pattern, kernel, input, output));
        let chunks = Chunks::new(&pattern);
        let (weights, transposed) = (Weights::OfPattern, OnceLock::new());
        Self { plan, chunks, weights, transposed, phases, pattern, kernel, input, output }
    }

    /// For training, which passes all weights at each step: those of a layer with a single position lie in the order
    /// in which they are passed then. It takes padded batches only.
    pub(crate) fn in_order(mut self) -> Self {
        if self.has_one_position() {
            let order = Order::new(&self.pattern);
            self.plan.offsets = order.of_pattern(&self.plan.offsets);
            self.weights = Weights::InParts(order);
        }
        self
    }

    /// The same layer computing with all its weights, those that are not stored as zeros, which is quicker where few are
    /// missing. Slices beside it have all weights then, `[units, fan_in]`; gradients of those that are not stored
    /// are 0. It takes padded batches only.
    pub fn filled(mut self) -> Self {
        self.weights = Weights::All(Full::new(&self.pattern, self.kernel, self.input));
        self
    }

    /// What belongs to each of the layer's weights, from the pattern's.
    pub(crate) fn of_pattern(&self, numbers: Vec<f32>) -> Vec<f32> {
        match &self.weights {
            Weights::OfPattern => numbers,
            Weights::InParts(order) => order.of_pattern(&numbers),
            Weights::All(full) => full.of_pattern(&numbers),
        }
    }

    /// What belongs to each stored weight in the pattern's order, from the layer's.
    pub(crate) fn to_pattern<'a>(&self, numbers: &'a [f32]) -> Cow<'a, [f32]> {
        match &self.weights {
            Weights::OfPattern => numbers.into(),
            Weights::InParts(order) => order.to_pattern(numbers).into(),
            Weights::All(full) => full.to_pattern(numbers).into(),
        }
    }

    /// How many weights it computes with.
    pub(crate) fn weights(&self) -> usize {
        self.full().map_or(self.pattern.stored(), Full::weights)
    }

    /// Where it computes with all of them.
    pub(crate) fn full(&self) -> Option<&Full> {
        match &self.weights {
            Weights::All(full) => Some(full),
            _ => None,
        }
    }

    fn order(&self) -> Option<&Order> {
        match &self.weights {
            Weights::InParts(order) => Some(order),
            _ => None,
        }
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

    /// Columns that units pass by together, in blocks of so many values: in each part where every unit's weights lie.
    /// There is at least one.
    #[inline(always)]
    pub(crate) fn parts(&self, values: usize) -> impl ExactSizeIterator<Item = Part<'_>> {
        let own = self.order().map(Order::parts);
        let count = own.map_or_else(|| self.chunks.count(values), <[_]>::len);
        (0..count).map(move |index| match own {
            Some(own) => Part::of_starts(&own[index]),
            None => self.chunks.part(values, index),
        })
    }

    pub(crate) fn has_one_position(&self) -> bool {
        self.output.height * self.output.width == 1
    }

    /// The pattern input by input, where there is a single position: each input is read by one column then.
    pub(crate) fn transposed(&self) -> Option<&Transposed> {
        self.has_one_position().then(|| {
            self.transposed.get_or_init(|| {
                let columns = 0..self.pattern.fan_in() as u32;
                let offsets = columns.map(|column| offset(self.kernel, self.input, column));
                let transposed = Transposed::new(&self.pattern, offsets.collect());
                match self.order() {
                    Some(order) => transposed.of_weights(order),
                    None => transposed,
                }
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
        let is_of_pattern = matches!(self.weights, Weights::OfPattern);
        assert!(is_of_pattern || !input.is_packed(), "a padded batch");
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

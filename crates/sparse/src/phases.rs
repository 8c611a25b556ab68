use crate::layer::{Kernel, Plan, Run};
use crate::maps::{Activations, Maps};
use crate::pattern::Pattern;

/// How a layer with a horizontal step reads few images: from maps whose columns are sorted by what is left of
/// them when they are divided by the step. What neighbours of the output read lies side by side there.
#[derive(Debug, Clone)]
pub(crate) struct Phases {
    pub(crate) plan: Plan,
    step: usize,
    /// The sorted maps, `step` of them for each.
    maps: Maps,
}

impl Phases {
    pub(crate) fn new(pattern: &Pattern, kernel: Kernel, input: Maps, output: Maps) -> Self {
        let Kernel { size: [height, width], stride, padding } = kernel;
        let step = stride[1];
        let rows = input.height + 2 * input.margin[0];
        let maps = Maps::new(input.channels * step, rows, input.row().div_ceil(step));
        let offset = |&column: &u32| {
            let (channel, place) =
                (column as usize / (height * width), column as usize % (height * width));
            let column = input.margin[1] - padding[1] + place % width;
            let map = channel * step + column % step;
            maps.position(map, (place / width) as isize, (column / step) as isize) as u32
        };
        let run = |row: usize| Run {
            input: maps.position(0, (input.margin[0] - padding[0] + row * stride[0]) as isize, 0),
            output: output.position(0, row as isize, 0),
            length: output.width,
        };
        let plan = Plan {
            offsets: pattern.columns().iter().map(offset).collect(),
            runs: (0..output.height).map(run).collect(),
        };
        Self { plan, step, maps }
    }

    /// The same values, sorted.
    pub(crate) fn split(&self, input: &Activations) -> Activations {
        let (from, lanes, step) = (input.maps(), input.lanes(), self.step);
        let mut sorted = Activations::packed(self.maps, input.batch());
        let row = from.row() * lanes;
        let rows = input.values().chunks_exact(row).take(from.channels * self.maps.height);
        // A channel's sorted maps lie one behind the other.
        let map = self.maps.map() * lanes;
        for (index, row) in rows.enumerate() {
            let (channel, y) = (index / self.maps.height, index % self.maps.height);
            for phase in 0..step {
                let start = (channel * step + phase) * map + y * self.maps.row() * lanes;
                let to = sorted.values_mut()[start..].chunks_exact_mut(lanes);
                let from = row.chunks_exact(lanes).skip(phase).step_by(step);
                to.zip(from).for_each(|(to, from)| to.copy_from_slice(from));
            }
        }
        sorted
    }
}

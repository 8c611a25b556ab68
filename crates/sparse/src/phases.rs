use crate::layer::Kernel;
use crate::maps::{Activations, Maps};
use crate::pattern::Pattern;
use crate::plan::{Plan, Run};

/// How a layer with a horizontal step reads few images: from maps whose columns are sorted by what is left of
/// them when they are divided by the step. What neighbours of the output read lies side by side there.
#[derive(Debug, Clone)]
pub(crate) struct Phases {
    pub(crate) plan: Plan,
    step: usize,
    /// The sorted maps, `step` of them for each.
    maps: Maps,
    /// Which of them a stored weight reads.
    read: Vec<bool>,
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
        let offsets: Vec<u32> = pattern.columns().iter().map(offset).collect();
        let mut read = vec![false; maps.channels];
        offsets.iter().for_each(|&offset| read[offset as usize / maps.map()] = true);
        let plan = Plan { offsets, runs: (0..output.height).map(run).collect() };
        Self { plan, step, maps, read }
    }

    /// The same values, sorted; zeros in maps that no weight reads.
    pub(crate) fn split(&self, input: &Activations) -> Activations {
        let (from, lanes) = (input.maps(), input.lanes());
        let mut sorted = Activations::packed(self.maps, input.batch());
        let maps = sorted.values_mut().chunks_exact_mut(self.maps.map() * lanes);
        for ((index, map), _) in maps.enumerate().zip(&self.read).filter(|(_, read)| **read) {
            let (channel, phase) = (index / self.step, index % self.step);
            let rows =
                input.values()[channel * from.map() * lanes..].chunks_exact(from.row() * lanes);
            for (to, from) in map.chunks_exact_mut(self.maps.row() * lanes).zip(rows) {
                pick(from, to, [phase, self.step], lanes);
            }
        }
        sorted
    }
}

/// Every `step`-th position of a row, from the one at `start` on.
fn pick(from: &[f32], to: &mut [f32], [start, step]: [usize; 2], lanes: usize) {
    if lanes == 1 {
        let values = from[start.min(from.len())..].iter().step_by(step);
        to.iter_mut().zip(values).for_each(|(to, &from)| *to = from);
    } else {
        let positions = from.chunks_exact(lanes).skip(start).step_by(step);
        let places = to.chunks_exact_mut(lanes).zip(positions);
        places.for_each(|(to, from)| to.copy_from_slice(from));
    }
}

use super::axis::{Alike, Axis};

/// Numbers of the inner dimension that are taken at once: their weights for 16 units, 16 KiB, stay
/// in the first cache.
const DEPTH: usize = 256;

/// A stretch of the inner dimension that lies in one piece in the source and in the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// Where it starts in the source, from the first number that a position reads.
    pub(super) source: usize,
    /// Where it starts in the inner dimension of the weights.
    pub(super) weight: usize,
    pub(super) len: usize,
}

/// Positions of a map that read the same offsets of the kernel; elsewhere the kernel hangs over
/// the edge, or steps over them.
#[derive(Debug)]
pub(super) struct Class {
    /// The inner dimension in pieces of at most [`DEPTH`], each of whole runs; none where nothing
    /// is read.
    pub(super) pieces: Vec<Vec<Run>>,
    /// Each position with the first number that it reads, in one image.
    pub(super) targets: Vec<(usize, usize)>,
}

/// The positions of a map `[rows, columns]` by what they read, from a source of `channels`.
pub(super) fn classes(
    rows: &[Alike],
    columns: &[Alike],
    width: usize,
    [source_width, channels]: [usize; 2],
    kernel_width: usize,
) -> Vec<Class> {
    let mut classes = Vec::with_capacity(rows.len() * columns.len());
    for row in rows {
        for column in columns {
            let mut runs: Vec<Run> = Vec::new();
            for vertical in &row.links {
                for horizontal in &column.links {
                    let source = (vertical.source * source_width + horizontal.source) * channels;
                    let weight = (vertical.tap * kernel_width + horizontal.tap) * channels;
                    match runs.last_mut() {
                        Some(run) if run.continues(source, weight) => run.len += channels,
                        _ => runs.push(Run { source, weight, len: channels }),
                    }
                }
            }
            let targets = row.targets.iter().flat_map(|&(y, from_y)| {
                column.targets.iter().map(move |&(x, from_x)| {
                    (y * width + x, (from_y * source_width + from_x) * channels)
                })
            });
            classes.push(Class { pieces: pieces(runs), targets: targets.collect() });
        }
    }
    classes
}

/// Those of a convolution's output, which reads the input.
pub(super) fn of_output([vertical, horizontal]: [Axis; 2], channels: usize) -> Vec<Class> {
    let source = [horizontal.input, channels];
    let (rows, columns) = (vertical.forward(), horizontal.forward());
    classes(&rows, &columns, horizontal.output, source, horizontal.kernel)
}

/// Those of its input, which is read by the output.
pub(super) fn of_input([vertical, horizontal]: [Axis; 2], units: usize) -> Vec<Class> {
    let source = [horizontal.output, units];
    let (rows, columns) = (vertical.backward(), horizontal.backward());
    classes(&rows, &columns, horizontal.input, source, horizontal.kernel)
}

impl Run {
    fn continues(&self, source: usize, weight: usize) -> bool {
        self.source + self.len == source && self.weight + self.len == weight
    }
}

/// Cuts runs that are too long, then puts them together.
fn pieces(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut pieces: Vec<Vec<Run>> = Vec::new();
    let mut room = 0;
    for run in runs {
        for start in (0..run.len).step_by(DEPTH) {
            let len = DEPTH.min(run.len - start);
            if len > room {
                pieces.push(Vec::new());
                room = DEPTH;
            }
            room -= len;
            let piece = Run { source: run.source + start, weight: run.weight + start, len };
            pieces.last_mut().expect("there is room for the run").push(piece);
        }
    }
    pieces
}

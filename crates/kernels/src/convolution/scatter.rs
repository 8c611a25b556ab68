//! The gradient of the weights: every pair of positions adds the outer product of what lies there.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::axis::Axis;
use super::outer::{Outer, Stretch};
use super::panels::WIDTH;
use super::tile::ROWS;

/// Positions that are packed at a time, over images and rows of a map: a packed panel of the
/// gradient, 16 KiB, stays in the first cache.
const DEPTH: usize = 256;

/// Sums over parts of the batch that are added up at the end. A fixed number, so that the bits do
/// not depend on how many threads there are.
const PARTS: usize = 8;

/// Input `[images, height, width, channels]` and gradient of the output, likewise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) input: &'a [f32],
    pub(super) gradient: &'a [f32],
    pub(super) images: usize,
    pub(super) channels: usize,
    pub(super) units: usize,
    pub(super) axes: [Axis; 2],
}

/// The gradient in tiles: for each offset of the kernel, each [`ROWS`] channels and each [`WIDTH`]
/// units, `[rows, WIDTH]`.
pub(super) fn scatter(pair: Pair<'_>) -> Vec<f32> {
    let part = pair.images.div_ceil(PARTS);
    let [vertical, horizontal] = pair.axes;
    let input = vertical.input * horizontal.input * pair.channels;
    let gradient = vertical.output * horizontal.output * pair.units;
    let arch = Arch::new();
    let parts = pair.input.par_chunks(part * input).zip(pair.gradient.par_chunks(part * gradient));
    let sums: Vec<Vec<f32>> = parts
        .map(|(input_of, gradient_of)| {
            let images = gradient_of.len() / gradient;
            arch.dispatch(Scatter(Pair {
                input: input_of,
                gradient: gradient_of,
                images,
                ..pair
            }))
        })
        .collect();
    let mut sums = sums.into_iter();
    let mut total = sums.next().expect("a batch has an image");
    for part in sums {
        total.iter_mut().zip(part).for_each(|(total, value)| *total += value);
    }
    total
}

/// Where in the tiles a weight's gradient lies.
pub(super) struct Tiles {
    pub(super) channels: usize,
    pub(super) units: usize,
}

impl Tiles {
    fn groups(&self) -> usize {
        self.units.div_ceil(WIDTH)
    }

    /// Numbers that the tiles of one offset hold.
    fn offset(&self) -> usize {
        self.groups() * WIDTH * self.channels
    }

    pub(super) fn place(&self, unit: usize, channel: usize, tap: usize) -> usize {
        let (first, row) = (channel / ROWS * ROWS, channel % ROWS);
        let rows = ROWS.min(self.channels - first);
        tap * self.offset()
            + first * self.groups() * WIDTH
            + (unit / WIDTH * rows + row) * WIDTH
            + unit % WIDTH
    }
}

/// Over one part of the batch.
struct Scatter<'a>(Pair<'a>);

impl WithSimd for Scatter<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let pair = self.0;
        let tiles = Tiles { channels: pair.channels, units: pair.units };
        let [vertical, horizontal] = pair.axes;
        let mut total = vec![0.0; vertical.kernel * horizontal.kernel * tiles.offset()];
        let together = (DEPTH / (vertical.output * horizontal.output)).clamp(1, pair.images);
        let rows = (DEPTH / (horizontal.output * together)).clamp(1, vertical.output);
        let mut block = Block::default();
        for first in (0..pair.images).step_by(together) {
            let images = first..(first + together).min(pair.images);
            for top in (0..vertical.output).step_by(rows) {
                let strip = top..(top + rows).min(vertical.output);
                block.pack(&pair, images.clone(), strip);
                block.add(simd, &pair, &mut total);
            }
        }
        total
    }
}

/// Some rows of some images, packed: position by position, with the images side by side, so that
/// stretches are long on small maps too.
#[derive(Default)]
struct Block {
    /// For each [`ROWS`] channels `[positions, rows]`.
    input: Vec<f32>,
    /// For each [`WIDTH`] units `[positions, WIDTH]`.
    gradient: Vec<f32>,
    input_rows: Range<usize>,
    output_rows: Range<usize>,
    images: usize,
    stretches: Vec<Stretch>,
}

impl Block {
    #[inline(always)]
    fn pack(&mut self, pair: &Pair<'_>, images: Range<usize>, strip: Range<usize>) {
        let [vertical, horizontal] = pair.axes;
        let top = (strip.start * vertical.stride).saturating_sub(vertical.padding);
        let end = (strip.end - 1) * vertical.stride + vertical.kernel;
        let bottom = end.saturating_sub(vertical.padding).min(vertical.input);
        self.input_rows = top.min(bottom)..bottom;
        self.output_rows = strip;
        self.images = images.len();
        let map = |values, height, width, channels| Map { values, height, width, channels };
        let input = map(pair.input, vertical.input, horizontal.input, pair.channels);
        input.pack(ROWS, false, &images, &self.input_rows, &mut self.input);
        let gradient = map(pair.gradient, vertical.output, horizontal.output, pair.units);
        gradient.pack(WIDTH, true, &images, &self.output_rows, &mut self.gradient);
    }

    /// Positions that an offset of the kernel brings together.
    fn find_stretches(&mut self, [vertical, horizontal]: [Axis; 2], y: usize, x: usize) {
        self.stretches.clear();
        let columns = horizontal.readers(x);
        for row in self.output_rows.clone() {
            let Some(source) = vertical.read(row, y) else { continue };
            let (source, row) = (source - self.input_rows.start, row - self.output_rows.start);
            let input = |column| {
                let read = horizontal.read(column, x).expect("columns are those that read");
                (source * horizontal.input + read) * self.images
            };
            let gradient = |column| (row * horizontal.output + column) * self.images;
            let mut push = |column, len, step| {
                let next = Stretch { input: input(column), gradient: gradient(column), len, step };
                match self.stretches.last_mut() {
                    Some(last) if last.continues(&next) => last.len += len,
                    _ => self.stretches.push(next),
                }
            };
            if columns.is_empty() {
                continue;
            }
            if horizontal.stride == 1 {
                push(columns.start, columns.len() * self.images, 1);
            } else if self.images == 1 {
                push(columns.start, columns.len(), horizontal.stride);
            } else {
                columns.clone().for_each(|column| push(column, self.images, 1));
            }
        }
    }

    #[inline(always)]
    fn add<S: Simd>(&mut self, simd: S, pair: &Pair<'_>, total: &mut [f32]) {
        let [vertical, horizontal] = pair.axes;
        let tiles = Tiles { channels: pair.channels, units: pair.units };
        let inputs = self.input_rows.len() * horizontal.input * self.images;
        let gradients = self.output_rows.len() * horizontal.output * self.images;
        for tap in 0..vertical.kernel * horizontal.kernel {
            self.find_stretches(pair.axes, tap / horizontal.kernel, tap % horizontal.kernel);
            let total = &mut total[tap * tiles.offset()..][..tiles.offset()];
            for first in (0..pair.channels).step_by(ROWS) {
                let rows = ROWS.min(pair.channels - first);
                let input = &self.input[first * inputs..][..rows * inputs];
                let total = &mut total[first * tiles.groups() * WIDTH..];
                let tiles = total.chunks_exact_mut(rows * WIDTH);
                let panels = self.gradient.chunks_exact(gradients * WIDTH);
                for (group, (gradient, tile)) in panels.zip(tiles).enumerate() {
                    let columns = WIDTH.min(pair.units - group * WIDTH);
                    let stretches = &self.stretches;
                    Outer { input, gradient, stretches, columns }.run(simd, rows, tile);
                }
            }
        }
    }
}

/// `[images, height, width, channels]`.
struct Map<'a> {
    values: &'a [f32],
    height: usize,
    width: usize,
    channels: usize,
}

impl Map<'_> {
    /// For each `group` channels `[rows, width, images, group]`; the last group is narrower, or is
    /// filled up with zeros.
    #[inline(always)]
    fn pack(
        &self,
        group: usize,
        filled: bool,
        images: &Range<usize>,
        rows: &Range<usize>,
        packed: &mut Vec<f32>,
    ) {
        let positions = rows.len() * self.width * images.len();
        packed.clear();
        packed.resize(positions * if filled { self.channels.next_multiple_of(group) } else { self.channels }, 0.0);
        for first in (0..self.channels).step_by(group) {
            let present = group.min(self.channels - first);
            let stride = if filled { group } else { present };
            let packed = &mut packed[first * positions..][..stride * positions];
            for (index, image) in images.clone().enumerate() {
                let map = &self.values[image * self.height * self.width * self.channels..];
                let map = &map[rows.start * self.width * self.channels..];
                let map = &map[..rows.len() * self.width * self.channels];
                let places = packed.chunks_exact_mut(stride).skip(index).step_by(images.len());
                for (place, values) in places.zip(map.chunks_exact(self.channels)) {
                    place[..present].copy_from_slice(&values[first..][..present]);
                }
            }
        }
    }
}

impl Stretch {
    fn continues(&self, next: &Stretch) -> bool {
        self.step == 1
            && next.step == 1
            && self.input + self.len == next.input
            && self.gradient + self.len == next.gradient
    }
}

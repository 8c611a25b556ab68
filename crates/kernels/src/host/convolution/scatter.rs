//! The gradient of the weights: every pair of positions adds the outer product of what lies there.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::axis::Axis;
use super::outer::{Outer, Stretch};
use super::pack::Map;
use super::panels::WIDTH;
use super::tile::ROWS;

/// Positions that are packed at a time, over images and rows of a map: a packed panel of the
/// gradient, 16 KiB, stays in the first cache.
const DEPTH: usize = 256;

/// What is summed apart: parts of the batch that are added up at the end, or groups of channels.
/// A fixed number, so that the bits do not depend on how many threads there are.
const PARTS: usize = 8;

/// From so many channels on groups of them are summed apart. There are enough for that, and so many
/// weights that several sums of them would cost.
const MANY: usize = 96;

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

/// Where in the tiles a weight's gradient lies: for each [`ROWS`] channels, each offset of the
/// kernel and each [`WIDTH`] units, `[rows, WIDTH]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tiles {
    pub(super) channels: usize,
    pub(super) units: usize,
    pub(super) taps: usize,
}

impl Tiles {
    fn groups(&self) -> usize {
        self.units.div_ceil(WIDTH)
    }

    /// Numbers that belong to so many channels.
    fn size(&self, channels: usize) -> usize {
        channels * self.taps * self.groups() * WIDTH
    }

    /// The place of the first of the kernel's offsets, and how far the others are apart.
    pub(super) fn places(&self, unit: usize, channel: usize) -> (usize, usize) {
        let (first, row) = (channel / ROWS * ROWS, channel % ROWS);
        let rows = ROWS.min(self.channels - first);
        let tile = rows * WIDTH;
        let inside = row * WIDTH + unit % WIDTH;
        (self.size(first) + unit / WIDTH * tile + inside, self.groups() * tile)
    }
}

/// The gradient in tiles.
pub(super) fn scatter(pair: Pair<'_>) -> Vec<f32> {
    let [vertical, horizontal] = pair.axes;
    let taps = vertical.kernel * horizontal.kernel;
    let tiles = Tiles { channels: pair.channels, units: pair.units, taps };
    let arch = Arch::new();
    if pair.channels >= MANY {
        let group = pair.channels.div_ceil(PARTS).next_multiple_of(ROWS);
        let mut total = vec![0.0; tiles.size(pair.channels)];
        total.par_chunks_mut(tiles.size(group)).enumerate().for_each(|(index, total)| {
            let first = index * group;
            let channels = first..(first + group).min(pair.channels);
            arch.dispatch(Scatter { pair, tiles, channels, images: 0..pair.images, total });
        });
        return total;
    }
    let part = pair.images.div_ceil(PARTS).max(1);
    let starts: Vec<usize> = (0..pair.images).step_by(part).collect();
    let sums: Vec<Vec<f32>> = starts
        .into_par_iter()
        .map(|first| {
            let images = first..(first + part).min(pair.images);
            let mut total = vec![0.0; tiles.size(pair.channels)];
            let (channels, total_of) = (0..pair.channels, &mut total[..]);
            arch.dispatch(Scatter { pair, tiles, channels, images, total: total_of });
            total
        })
        .collect();
    let sum = |mut total: Vec<f32>, part: Vec<f32>| {
        total.iter_mut().zip(part).for_each(|(total, value)| *total += value);
        total
    };
    sums.into_iter().reduce(sum).unwrap_or_else(|| vec![0.0; tiles.size(pair.channels)])
}

/// Adds what some images say of some channels to their tiles.
struct Scatter<'a> {
    pair: Pair<'a>,
    tiles: Tiles,
    channels: Range<usize>,
    images: Range<usize>,
    total: &'a mut [f32],
}

impl WithSimd for Scatter<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { pair, tiles, channels, images, total } = self;
        let [vertical, horizontal] = pair.axes;
        let together = (DEPTH / (vertical.output * horizontal.output)).clamp(1, images.len());
        let rows = (DEPTH / (horizontal.output * together)).clamp(1, vertical.output);
        let mut block = Block::default();
        for first in images.clone().step_by(together) {
            let images = first..(first + together).min(images.end);
            for top in (0..vertical.output).step_by(rows) {
                let strip = top..(top + rows).min(vertical.output);
                block.pack(&pair, images.clone(), strip, channels.clone());
                block.add(simd, &pair, tiles, total);
            }
        }
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
    /// Channels of the input that are packed.
    channels: usize,
    images: usize,
    stretches: Vec<Stretch>,
}

impl Block {
    #[inline(always)]
    fn pack(
        &mut self,
        pair: &Pair<'_>,
        images: Range<usize>,
        strip: Range<usize>,
        channels: Range<usize>,
    ) {
        let [vertical, horizontal] = pair.axes;
        let top = (strip.start * vertical.stride).saturating_sub(vertical.padding);
        let end = (strip.end - 1) * vertical.stride + vertical.kernel;
        let bottom = end.saturating_sub(vertical.padding).min(vertical.input);
        self.input_rows = top.min(bottom)..bottom;
        self.output_rows = strip;
        self.images = images.len();
        let map = |values, height, width, channels| Map { values, height, width, channels };
        let input = map(pair.input, vertical.input, horizontal.input, pair.channels);
        self.channels = channels.len();
        input.pack(channels, false, &images, &self.input_rows, &mut self.input);
        let gradient = map(pair.gradient, vertical.output, horizontal.output, pair.units);
        gradient.pack(0..pair.units, true, &images, &self.output_rows, &mut self.gradient);
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
    fn add<S: Simd>(&mut self, simd: S, pair: &Pair<'_>, tiles: Tiles, total: &mut [f32]) {
        let horizontal = pair.axes[1];
        let inputs = self.input_rows.len() * horizontal.input * self.images;
        let gradients = self.output_rows.len() * horizontal.output * self.images;
        for tap in 0..tiles.taps {
            self.find_stretches(pair.axes, tap / horizontal.kernel, tap % horizontal.kernel);
            for first in (0..self.channels).step_by(ROWS) {
                let rows = ROWS.min(self.channels - first);
                let input = &self.input[first * inputs..][..rows * inputs];
                let start = tiles.size(first) + tap * tiles.groups() * rows * WIDTH;
                let total = total[start..].chunks_exact_mut(rows * WIDTH);
                let panels = self.gradient.chunks_exact(gradients * WIDTH);
                for (group, (gradient, tile)) in panels.zip(total).enumerate() {
                    let columns = WIDTH.min(pair.units - group * WIDTH);
                    let stretches = &self.stretches;
                    Outer { input, gradient, stretches, columns }.run(simd, rows, tile);
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

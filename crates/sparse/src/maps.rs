use std::array;

use aligned_vec::{AVec, CACHELINE_ALIGN, ConstAlign};

/// Values that lie on one cache line, and what batches are padded to.
pub(crate) const LINE: usize = 16;

/// Shape of the feature maps at one place of a network, for one image. Flat features are
/// `[n, 1, 1]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maps {
    /// Number of maps.
    pub channels: usize,
    /// Rows of a map, without its margin.
    pub height: usize,
    /// Columns of a map, without its margin.
    pub width: usize,
    /// Zeros that lie around each map in memory, vertical and horizontal: at least as many as the
    /// padding of any layer that reads it.
    pub margin: [usize; 2],
}

impl Maps {
    /// Maps without a margin.
    pub const fn new(channels: usize, height: usize, width: usize) -> Self {
        Self { channels, height, width, margin: [0, 0] }
    }

    /// With so many zeros around each map.
    pub const fn margin(self, margin: [usize; 2]) -> Self {
        Self { margin, ..self }
    }

    /// Values for one image, without margins.
    pub const fn values(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// Positions of a row in memory.
    pub(crate) const fn row(&self) -> usize {
        self.width + 2 * self.margin[1]
    }

    /// Positions of a map in memory.
    pub(crate) const fn map(&self) -> usize {
        (self.height + 2 * self.margin[0]) * self.row()
    }

    /// What lies side by side both in an image and in memory: all of it where there is no margin, a
    /// row of a map elsewhere.
    pub(crate) fn spans(self) -> impl Iterator<Item = Span> {
        let length = if self.margin == [0, 0] { self.values() } else { self.width };
        (0..self.values()).step_by(length.max(1)).map(move |image| {
            let (channel, row) =
                (image / (self.height * self.width), image / self.width % self.height);
            Span { image, position: self.position(channel, row as isize, 0), length }
        })
    }

    /// Every position of every map: its channel, row and column.
    pub(crate) fn places(self) -> impl Iterator<Item = (usize, [usize; 2])> {
        let rows = move |channel| (0..self.height).map(move |y| (channel, y));
        let columns = move |(channel, y)| (0..self.width).map(move |x| (channel, [y, x]));
        (0..self.channels).flat_map(rows).flat_map(columns)
    }

    /// Where a value lies, in positions; rows and columns count from the map's, so that those of the
    /// margin are negative.
    pub(crate) fn position(&self, channel: usize, row: isize, column: isize) -> usize {
        let row = row.wrapping_add_unsigned(self.margin[0]) as usize;
        let column = column.wrapping_add_unsigned(self.margin[1]) as usize;
        channel * self.map() + row * self.row() + column
    }
}

/// Writes rows as the columns of a matrix whose rows have `lanes` values. Tile by tile, since both
/// are larger than the nearest cache.
fn transpose(rows: &[&[f32]], columns: &mut [f32], lanes: usize) {
    const TILE: usize = 8;
    for (index, rows) in rows.chunks(TILE).enumerate() {
        let lane = index * TILE;
        let tiles = columns.chunks_mut(TILE * lanes).enumerate();
        for (tile, columns) in tiles {
            let mut values = [[0.0; TILE]; TILE];
            for (row, values) in rows.iter().zip(&mut values) {
                let row = &row[tile * TILE..];
                match row.first_chunk() {
                    Some(row) => *values = *row,
                    None => values[..row.len()].copy_from_slice(row),
                }
            }
            for (x, column) in columns.chunks_exact_mut(lanes).enumerate() {
                let column: &mut [f32; TILE] =
                    column[lane..].first_chunk_mut().expect("lanes are whole lines");
                *column = array::from_fn(|row| values[row][x]);
            }
        }
    }
}

/// Writes few rows as the columns of a matrix whose rows have `lanes` values.
fn interleave<'a>(rows: impl Iterator<Item = &'a [f32]>, columns: &mut [f32], lanes: usize) {
    for (lane, row) in rows.enumerate() {
        let places = columns.iter_mut().skip(lane).step_by(lanes);
        places.zip(row).for_each(|(place, &value)| *place = value);
    }
}

/// Values that lie side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where they start in an image `[channels, height, width]`.
    pub(crate) image: usize,
    /// Where they start in memory, in positions.
    pub(crate) position: usize,
    /// How many.
    pub(crate) length: usize,
}

/// Feature maps of a batch, `[channels, height, width, batch]` with the margins of [`Maps`] around
/// each map.
///
/// The images of the batch lie side by side, so that a weight is multiplied with all of them by
/// contiguous vector instructions, whatever the layer's shape. The batch is padded to a multiple of
/// 16, a cache line; what lies in the padding means nothing. Fewer images may be [packed](Self::packed).
#[derive(Debug, Clone)]
pub struct Activations {
    maps: Maps,
    batch: usize,
    /// The batch with its padding.
    lanes: usize,
    values: AVec<f32, ConstAlign<CACHELINE_ALIGN>>,
}

impl Activations {
    /// Zeros.
    pub fn zeros(maps: Maps, batch: usize) -> Self {
        Self::with_lanes(maps, batch, batch.next_multiple_of(LINE))
    }

    /// Zeros, without padding where the batch has fewer than 16 images: for forward passes alone, where a few
    /// images would else cost as much as 16. What is multiplied together then are neighbours in a row.
    pub fn packed(maps: Maps, batch: usize) -> Self {
        let lanes = if batch < LINE { batch } else { batch.next_multiple_of(LINE) };
        Self::with_lanes(maps, batch, lanes)
    }

    fn with_lanes(maps: Maps, batch: usize, lanes: usize) -> Self {
        // Behind values without padding whole vectors may be read.
        let behind = if lanes.is_multiple_of(LINE) { 0 } else { LINE };
        let count = maps.channels * maps.map() * lanes + behind;
        Self {
            maps,
            batch,
            lanes,
            values: AVec::from_iter(CACHELINE_ALIGN, std::iter::repeat_n(0.0, count)),
        }
    }

    /// Shape and margins.
    pub fn maps(&self) -> Maps {
        self.maps
    }

    /// Images.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Values at one position: the batch with its padding.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Whether the batch has no whole cache lines.
    pub(crate) fn is_packed(&self) -> bool {
        !self.lanes.is_multiple_of(LINE)
    }

    /// All values with margins and padding, and zeros behind packed ones.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All values with margins and padding. Whoever writes leaves the margins at zero.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Zeros everywhere.
    pub fn clear(&mut self) {
        self.values.fill(0.0);
    }

    /// Takes images in, each `[channels, height, width]`.
    ///
    /// # Panics
    /// When there are more or fewer images than the batch has, or values in one.
    pub fn read<'a>(&mut self, images: impl IntoIterator<Item = &'a [f32]>) {
        let (maps, lanes) = (self.maps, self.lanes());
        let images: Vec<_> = images.into_iter().collect();
        assert_eq!(images.len(), self.batch, "images of the batch");
        assert!(
            images.iter().all(|image| image.len() == maps.values()),
            "one value for each pixel"
        );
        for Span { image, position, length } in maps.spans() {
            let values = &mut self.values[position * lanes..(position + length) * lanes];
            let pixels = images.iter().map(|pixels| &pixels[image..image + length]);
            match lanes {
                1 => pixels.for_each(|pixels| values.copy_from_slice(pixels)),
                2..LINE => interleave(pixels, values, lanes),
                _ => transpose(&pixels.collect::<Vec<_>>(), values, lanes),
            }
        }
    }

    /// The images, `[batch, channels, height, width]`.
    pub fn to_images(&self) -> Vec<f32> {
        let (maps, lanes) = (self.maps, self.lanes());
        let mut images = vec![0.0; self.batch * maps.values()];
        for Span { image: start, position, length } in maps.spans() {
            let values = &self.values[position * lanes..(position + length) * lanes];
            for (lane, image) in images.chunks_exact_mut(maps.values()).enumerate() {
                let pixels = image[start..start + length].iter_mut();
                pixels.enumerate().for_each(|(x, pixel)| *pixel = values[x * lanes + lane]);
            }
        }
        images
    }
}

//! Maps in the order in which outer products read them.

use std::ops::Range;

use super::panels::WIDTH;
use super::tile::ROWS;

/// `[images, height, width, channels]`.
pub(super) struct Map<'a> {
    pub(super) values: &'a [f32],
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) channels: usize,
}

impl Map<'_> {
    /// For each [`ROWS`] of the channels `[rows, width, images, channels]`; or, filled up with zeros,
    /// for each [`WIDTH`].
    #[inline(always)]
    pub(super) fn pack(
        &self,
        channels: Range<usize>,
        filled: bool,
        images: &Range<usize>,
        rows: &Range<usize>,
        packed: &mut Vec<f32>,
    ) {
        let group = if filled { WIDTH } else { ROWS };
        let count = if filled { channels.len().next_multiple_of(group) } else { channels.len() };
        let positions = rows.len() * self.width * images.len();
        packed.clear();
        packed.resize(positions * count, 0.0);
        for first in channels.clone().step_by(group) {
            let present = group.min(channels.end - first);
            let stride = if filled { group } else { present };
            let packed = &mut packed[(first - channels.start) * positions..][..stride * positions];
            for (index, image) in images.clone().enumerate() {
                let map = &self.values[image * self.height * self.width * self.channels..];
                let map = &map[rows.start * self.width * self.channels..];
                let map = &map[..rows.len() * self.width * self.channels];
                let places = packed.chunks_exact_mut(stride).skip(index).step_by(images.len());
                let values = map.chunks_exact(self.channels).map(|row| &row[first..]);
                // Pieces of a length that is known are copied without a call.
                match present {
                    WIDTH => places.zip(values).for_each(copy::<WIDTH>),
                    ROWS => places.zip(values).for_each(copy::<ROWS>),
                    4 => places.zip(values).for_each(copy::<4>),
                    _ => places
                        .zip(values)
                        .for_each(|(place, row)| place[..present].copy_from_slice(&row[..present])),
                }
            }
        }
    }
}

#[inline(always)]
fn copy<const LENGTH: usize>((place, values): (&mut [f32], &[f32])) {
    if let (Some(place), Some(values)) = (place.first_chunk_mut(), values.first_chunk::<LENGTH>()) {
        *place = *values;
    }
}

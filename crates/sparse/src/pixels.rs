use std::array;

use crate::maps::{Activations, LINE};

/// Images as bytes, each `[channels, height, width]`, one after the other: a quarter of what has to be moved until
/// the values that they stand for are written where the first layer reads them.
#[derive(Debug, Clone, Copy)]
pub struct Pixels<'a> {
    /// All of them.
    pub bytes: &'a [u8],
    /// What each byte stands for, one table a channel.
    pub tables: &'a [[f32; 256]],
}

impl Activations {
    /// Takes images in.
    ///
    /// # Panics
    /// When the bytes are not one for each value of the batch, or the tables not one for each channel.
    pub fn read_pixels(&mut self, pixels: Pixels<'_>) {
        let (maps, lanes) = (self.maps(), self.lanes());
        assert_eq!(pixels.bytes.len(), self.batch() * maps.values(), "a byte for each value");
        assert_eq!(pixels.tables.len(), maps.channels, "a table for each channel");
        let (map, all) = (maps.height * maps.width, maps.values());
        for span in maps.spans() {
            // Without margins a span is all maps.
            let tables = pixels.tables[span.image / map..].iter();
            let starts = (span.image..span.image + span.length).step_by(map);
            for (start, table) in starts.zip(tables) {
                let length = map.min(span.length);
                let position = span.position + start - span.image;
                let values = &mut self.values_mut()[position * lanes..][..length * lanes];
                let rows: Vec<&[u8]> = pixels
                    .bytes
                    .chunks_exact(all)
                    .map(|image| &image[start..start + length])
                    .collect();
                look_up(&rows, table, values, lanes);
            }
        }
    }
}

/// Writes what rows stand for as the columns of a matrix whose rows have `lanes` values: a cache line at a time.
fn look_up(rows: &[&[u8]], table: &[f32; 256], columns: &mut [f32], lanes: usize) {
    const TILE: usize = 16;
    for (index, rows) in rows.chunks(LINE).enumerate() {
        let lane = index * LINE;
        for (tile, columns) in columns.chunks_mut(TILE * lanes).enumerate() {
            let mut bytes = [[0; TILE]; LINE];
            for (row, bytes) in rows.iter().zip(&mut bytes) {
                let row = &row[tile * TILE..];
                match row.first_chunk() {
                    Some(row) => *bytes = *row,
                    None => bytes[..row.len()].copy_from_slice(row),
                }
            }
            for (x, column) in columns.chunks_exact_mut(lanes).enumerate() {
                match column[lane..].first_chunk_mut::<LINE>() {
                    Some(line) => *line = array::from_fn(|row| table[usize::from(bytes[row][x])]),
                    // Without padding.
                    None => {
                        let places = column[lane..].iter_mut().zip(&bytes);
                        places.for_each(|(place, row)| *place = table[usize::from(row[x])]);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maps::Maps;

    #[test]
    fn bytes_are_read_as_the_values_that_they_stand_for() {
        let tables = [1.0, 3.0].map(|scale| array::from_fn(|byte| byte as f32 / scale - 7.0));
        for maps in [Maps::new(2, 5, 9), Maps::new(2, 5, 9).margin([1, 2]), Maps::new(2, 1, 1)] {
            for batch in [1, 3, 16, 37] {
                let bytes: Vec<u8> =
                    (0..batch * maps.values()).map(|k| (k * 37 % 251) as u8).collect();
                let map = maps.height * maps.width;
                let value = |(k, &byte): (usize, &u8)| tables[k / map % 2][usize::from(byte)];
                let values: Vec<f32> = bytes.iter().enumerate().map(value).collect();
                for room in [Activations::zeros, Activations::packed] {
                    let (mut found, mut expected) = (room(maps, batch), room(maps, batch));
                    found.read_pixels(Pixels { bytes: &bytes, tables: &tables });
                    expected.read(values.chunks_exact(maps.values()));
                    assert_eq!(found.to_images(), expected.to_images(), "{maps:?}, {batch}");
                }
            }
        }
    }
}

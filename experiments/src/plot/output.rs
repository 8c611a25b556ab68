//! Files of a figure.

use std::path::{Path, PathBuf};

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::drawing::IntoDrawingArea;

use super::figure::Figure;
use super::layout::{HEIGHT, PIXELS_PER_POINT, WIDTH, canvas};
use super::page::paint;
use super::text::{Lettering, register_fonts};
use crate::error::Error;
use crate::records::write_atomically;

/// Pixels of the canvas, along each side, in one of the PNG file.
const SMOOTHING: usize = 2;
/// Pixels per metre of a PNG file with 2 pixels per point, at 96 points per inch.
const DENSITY: u32 = 7559;

/// Writes the figure as SVG; the path.
pub(super) fn svg(figure: &Figure, folder: &Path) -> Result<PathBuf, Error> {
    let path = folder.join(format!("{}.svg", figure.name));
    let mut svg = String::new();
    draw(SVGBackend::with_string(&mut svg, canvas()), figure, Lettering::SVG)
        .map_err(|problem| undrawn(&path, problem))?;
    // The view box stays in pixels of the canvas: only the natural size is in points.
    let (width, height) = canvas();
    let size = |width, height| format!("<svg width=\"{width}\" height=\"{height}\"");
    let svg =
        svg.replacen(&size(width, height), &size(WIDTH.unsigned_abs(), HEIGHT.unsigned_abs()), 1);
    write_atomically(&path, svg.as_bytes())?;
    Ok(path)
}

/// Writes the figure as PNG with 2 pixels per point; the path.
pub(super) fn png(figure: &Figure, folder: &Path) -> Result<PathBuf, Error> {
    let path = folder.join(format!("{}.png", figure.name));
    let (width, height) = canvas();
    let mut pixels = vec![0; 3 * width as usize * height as usize];
    let backend = BitMapBackend::with_buffer(&mut pixels, canvas());
    draw(backend, figure, Lettering::BITMAP).map_err(|problem| undrawn(&path, problem))?;
    let bytes = encode(&smooth(&pixels, width as usize))
        .map_err(|error| undrawn(&path, error.to_string()))?;
    write_atomically(&path, &bytes)?;
    Ok(path)
}

fn draw<DB: DrawingBackend>(
    backend: DB,
    figure: &Figure,
    lettering: Lettering,
) -> Result<(), String> {
    register_fonts()?;
    let area = backend.into_drawing_area();
    paint(&area, figure, lettering).and_then(|()| area.present()).map_err(|error| error.to_string())
}

fn undrawn(path: &Path, problem: String) -> Error {
    Error::Plot { path: path.to_owned(), problem }
}

/// Means over squares of pixels: `plotters` leaves the edges of thick lines and polygons jagged.
fn smooth(pixels: &[u8], width: usize) -> Vec<u8> {
    let row = 3 * width;
    let mut smooth = Vec::with_capacity(pixels.len() / (SMOOTHING * SMOOTHING));
    for rows in pixels.chunks_exact(SMOOTHING * row) {
        for column in (0..width).step_by(SMOOTHING) {
            for channel in 0..3 {
                let first = 3 * column + channel;
                let square = (0..SMOOTHING * SMOOTHING)
                    .map(|k| usize::from(rows[first + k / SMOOTHING * row + k % SMOOTHING * 3]));
                smooth.push((square.sum::<usize>() / (SMOOTHING * SMOOTHING)) as u8);
            }
        }
    }
    smooth
}

fn encode(pixels: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let scale = PIXELS_PER_POINT.unsigned_abs() / SMOOTHING as u32;
    let (width, height) = (WIDTH.unsigned_abs() * scale, HEIGHT.unsigned_abs() * scale);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: DENSITY,
        yppu: DENSITY,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_become_their_means() {
        let (black, white) = ([0; 3], [255; 3]);
        let pixels = [[white, black, black, black], [white, black, black, [4, 8, 12]]];
        assert_eq!(smooth(pixels.as_flattened().as_flattened(), 4), [127, 127, 127, 1, 2, 3]);
    }
}

use crate::ImageShape;

/// One image as numbers from 0 for black to 1 for white: [channel, row, column] in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) shape: ImageShape,
    pub(super) values: Vec<f32>,
}

impl Picture {
    pub(super) fn of(pixels: &[u8], shape: ImageShape) -> Self {
        Self { shape, values: pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect() }
    }

    /// The nearest bytes; what is darker than black or brighter than white becomes that.
    pub(super) fn into_bytes(self) -> impl Iterator<Item = u8> {
        // A cast of a float to a byte keeps to the byte's range.
        self.values.into_iter().map(|value| (255.0 * value).round() as u8)
    }

    /// Its shorter side, in pixels.
    pub(super) fn side(&self) -> f64 {
        self.shape.height.min(self.shape.width) as f64
    }

    /// Its channels.
    pub(super) fn planes(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.shape.height * self.shape.width)
    }

    /// The picture whose pixel in row y and column x is what this one has at `source(x, y)`: between four
    /// pixels by bilinear interpolation, outside what the nearest edge has.
    pub(super) fn warped(&self, source: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        let ImageShape { height, width, .. } = self.shape;
        let places: Vec<Place> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x as f32, y as f32)))
            .map(|(x, y)| Place::new(source(x, y), self.shape))
            .collect();
        let values = self.planes().flat_map(|plane| places.iter().map(|place| place.read(plane)));
        Self { shape: self.shape, values: values.collect() }
    }
}

/// A place between four pixels of a plane.
struct Place {
    /// The pixels above left, above right, below left and below right.
    pixels: [usize; 4],
    /// How far it is to the right and below.
    shares: [f32; 2],
}

impl Place {
    fn new((x, y): (f32, f32), shape: ImageShape) -> Self {
        let (left, right, share_x) = between(x, shape.width);
        let (above, below, share_y) = between(y, shape.height);
        let at = |row: usize, column: usize| row * shape.width + column;
        Self {
            pixels: [at(above, left), at(above, right), at(below, left), at(below, right)],
            shares: [share_x, share_y],
        }
    }

    fn read(&self, plane: &[f32]) -> f32 {
        let [above_left, above_right, below_left, below_right] = self.pixels.map(|at| plane[at]);
        let [right, down] = self.shares;
        let above = above_left + (above_right - above_left) * right;
        let below = below_left + (below_right - below_left) * right;
        above + (below - above) * down
    }
}

/// The pixels on both sides of a place on an axis, and how far it is towards the second.
fn between(place: f32, size: usize) -> (usize, usize, f32) {
    let place = place.clamp(0.0, (size - 1) as f32);
    let low = place as usize;
    (low, (low + 1).min(size - 1), place - low as f32)
}

//! Where values stand on the canvas.

use plotters::coord::ranged1d::Ranged;

use super::density_axis::DensityAxis;
use super::value_axis::ValueAxis;

/// The two axes and the rectangle of the canvas that they span.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub(super) densities: DensityAxis,
    pub(super) values: ValueAxis,
    /// Left and right.
    pub(super) x: (i32, i32),
    /// Bottom and top.
    pub(super) y: (i32, i32),
}

impl Plane {
    /// The column of a density.
    pub(super) fn column(&self, density: f64) -> i32 {
        self.densities.map(&density, self.x)
    }

    /// The line of a value.
    pub(super) fn line(&self, value: f64) -> i32 {
        self.values.map(&value, self.y)
    }
}

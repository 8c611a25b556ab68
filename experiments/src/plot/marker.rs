//! Shapes that tell series apart without colour.

use std::f64::consts::TAU;

/// A regular polygon or star.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Marker {
    corners: u32,
    /// Turn of the first corner from the top, in parts of a full turn.
    turn: f64,
    /// Radius in units of the circle's, so that all shapes look equally large.
    size: f64,
    /// Radius of the corners between, in units of the radius; 1 for none.
    waist: f64,
}

const fn polygon(corners: u32, turn: f64, size: f64) -> Marker {
    Marker { corners, turn, size, waist: 1.0 }
}

/// Every shape, the most distinct first. None is a cross: that marks a lost run.
pub(super) const MARKERS: [Marker; 8] = [
    polygon(48, 0.0, 1.0),
    polygon(4, 0.125, 1.25),
    polygon(3, 0.0, 1.4),
    polygon(4, 0.0, 1.3),
    polygon(3, 0.5, 1.4),
    Marker { corners: 5, turn: 0.0, size: 1.5, waist: 0.45 },
    polygon(6, 0.0, 1.15),
    Marker { corners: 4, turn: 0.0, size: 1.5, waist: 0.45 },
];

impl Marker {
    /// Its outline around a pixel.
    pub(super) fn outline(&self, (x, y): (i32, i32), radius: f64) -> Vec<(i32, i32)> {
        let star = self.waist < 1.0;
        let count = if star { 2 * self.corners } else { self.corners };
        let corner = |k: u32| {
            let angle = TAU * (self.turn + f64::from(k) / f64::from(count));
            let waist = if star && k % 2 == 1 { self.waist } else { 1.0 };
            let radius = radius * self.size * waist;
            (x + (radius * angle.sin()).round() as i32, y - (radius * angle.cos()).round() as i32)
        };
        (0..count).map(corner).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_by_hand() {
        assert_eq!(MARKERS[1].outline((0, 0), 8.0), [(7, -7), (7, 7), (-7, 7), (-7, -7)]);
        assert_eq!(
            MARKERS[3].outline((100, 50), 10.0),
            [(100, 37), (113, 50), (100, 63), (87, 50)]
        );
        assert_eq!(MARKERS[5].outline((0, 0), 10.0).len(), 10);
    }
}

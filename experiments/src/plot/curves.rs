//! What stands inside the axes: the parent, the lines and the lost runs.

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Rectangle;
use plotters::style::{BLACK, Color, RGBColor};

use super::figure::Figure;
use super::layout::{LOST_ROOM, px};
use super::palette::Look;
use super::pen::{Drawn, Pixel, cross, marker, solid, stroke};
use super::plane::Plane;
use super::series::Point;
use super::spread::Spread;

/// Colour of the parent's line.
pub(super) const PARENT: RGBColor = RGBColor(64, 64, 64);
/// Widths of lines, in points.
pub(super) const PARENT_LINE: f64 = 1.5;
pub(super) const LINE: f64 = 2.0;
const BAR: f64 = 1.25;
/// Half the width of the ends of a bar.
const CAP: f64 = 2.5;
/// Opacity of the parent's band.
pub(super) const BAND: f64 = 0.1;
/// Series stand this far apart at most, and all together take this part of the least gap.
const DODGE: f64 = 5.0;
const DODGE_PART: f64 = 0.5;

/// Draws a figure's values.
pub(super) fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plane: &Plane,
    figure: &Figure,
) -> Drawn<DB> {
    if let Some(parent) = &figure.parent {
        draw_parent(area, plane, parent)?;
    }
    let theory = figure.theory().map(|(left, value)| (plane.column(left), plane.line(value)));
    stroke(area, theory.collect(), solid(PARENT, PARENT_LINE), true)?;
    let placed: Vec<Placed<'_>> = place(plane, figure);
    for line in &placed {
        line.stroke(area)?;
    }
    for line in &placed {
        line.mark(area)?;
    }
    Ok(())
}

/// Draws the parent's line and band.
pub(super) fn draw_parent<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plane: &Plane,
    parent: &Spread,
) -> Drawn<DB> {
    let (left, right) = plane.x;
    if let Some((low, high)) = parent.ends {
        let corners = [(left, plane.line(high)), (right, plane.line(low))];
        area.draw(&Rectangle::new(corners, BLACK.mix(BAND).filled()))?;
    }
    let line = plane.line(parent.mean);
    stroke(area, vec![(left, line), (right, line)], solid(PARENT, PARENT_LINE), true)
}

/// A line of a series in its place on the canvas.
pub(super) struct Placed<'a> {
    plane: &'a Plane,
    look: Look,
    pub(super) points: &'a [Point],
    /// Whether it marks lost runs.
    marks_lost: bool,
    /// Pixels to the right, so that bars at one density do not hide each other.
    dodge: i32,
}

/// Every line, shifted sideways: two for each series.
pub(super) fn place<'a>(plane: &'a Plane, figure: &'a Figure) -> Vec<Placed<'a>> {
    let series = &figure.series;
    let middle = (series.len() as f64 - 1.0) / 2.0;
    let room = plane.densities.least_gap().unwrap_or(f64::INFINITY) * DODGE_PART;
    let step = f64::from(px(DODGE)).min(room / series.len() as f64);
    let dodge = |k: usize| ((k as f64 - middle) * step).round() as i32;
    let shifts = |k: usize| match figure.kind.shifts_series() {
        true if figure.kind.shifts() => [dodge(k); 2],
        true => [0; 2],
        false => [px(-DODGE / 2.0), px(DODGE / 2.0)],
    };
    let marks_lost = figure.marks_lost();
    let placed = series.iter().enumerate().flat_map(|(k, series)| {
        let lines = series.lines().into_iter().zip(shifts(k));
        lines.map(|((look, points), dodge)| Placed { plane, look, points, marks_lost, dodge })
    });
    placed.collect()
}

impl Placed<'_> {
    /// Where a value of a point stands.
    pub(super) fn pixel(&self, point: &Point, value: f64) -> Pixel {
        (self.plane.column(point.density) + self.dodge, self.plane.line(value))
    }

    /// The line, broken where no seed has a result, and the bars.
    pub(super) fn stroke<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        let look = &self.look;
        for part in self.points.split(|point| point.value.is_none()) {
            let means = part.iter().filter_map(|point| Some(self.pixel(point, point.value?.mean)));
            stroke(area, means.collect(), solid(look.colour, LINE), look.dashed)?;
        }
        let bars = self.points.iter().filter_map(|point| Some((point, point.value?.ends?)));
        for (point, (low, high)) in bars {
            let (low, high) = (self.pixel(point, low), self.pixel(point, high));
            stroke(area, vec![low, high], solid(look.colour, BAR), false)?;
            for (x, y) in [low, high] {
                stroke(
                    area,
                    vec![(x - px(CAP), y), (x + px(CAP), y)],
                    solid(look.colour, BAR),
                    false,
                )?;
            }
        }
        Ok(())
    }

    /// The means, and at the bottom the densities at which runs were lost.
    pub(super) fn mark<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        for point in self.points {
            if let Some(value) = &point.value {
                marker(area, self.pixel(point, value.mean), &self.look)?;
            }
            if point.lost && self.marks_lost {
                let at = (
                    self.plane.column(point.asked) + self.dodge,
                    self.plane.y.0 - px(LOST_ROOM / 2.0),
                );
                cross(area, at, solid(self.look.colour, LINE))?;
            }
        }
        Ok(())
    }
}

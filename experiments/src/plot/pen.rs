//! Strokes and markers.

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{DashedPathElement, PathElement, Polygon};
use plotters::style::{Color, RGBAColor, ShapeStyle, WHITE};

use super::layout::px;
use super::palette::Look;

/// What drawing on a backend gives.
pub(super) type Drawn<DB, T = ()> =
    Result<T, DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// A place on the canvas.
pub(super) type Pixel = (i32, i32);

/// Radius of a round marker, in points.
const RADIUS: f64 = 3.6;
/// Width of the white rim that keeps markers apart, and of an empty marker's line.
const RIM: f64 = 1.0;
const OUTLINE: f64 = 1.5;
/// Half the size of a lost run's mark.
const CROSS: f64 = 4.0;
const DASH: f64 = 6.0;
const GAP: f64 = 4.0;

/// A line of some width, in points.
pub(super) fn solid(colour: impl Color, width: f64) -> ShapeStyle {
    ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: px(width).unsigned_abs() }
}

/// Draws a line through pixels; one pixel is no line.
pub(super) fn stroke<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    through: Vec<Pixel>,
    style: ShapeStyle,
    dashed: bool,
) -> Drawn<DB> {
    if through.len() < 2 {
        Ok(())
    } else if dashed {
        area.draw(&DashedPathElement::new(through, px(DASH), px(GAP), style))
    } else {
        area.draw(&PathElement::new(through, style))
    }
}

/// Draws the marker of a look, with a white rim that sets it off from those below.
pub(super) fn marker<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    at: Pixel,
    look: &Look,
) -> Drawn<DB> {
    let fill = |radius: f64, colour: RGBAColor| {
        area.draw(&Polygon::new(look.marker.outline(at, f64::from(px(radius))), colour.filled()))
    };
    fill(RADIUS + RIM, WHITE.to_rgba())?;
    fill(RADIUS, look.colour.to_rgba())?;
    if look.open { fill(RADIUS - OUTLINE, WHITE.to_rgba()) } else { Ok(()) }
}

/// Draws the mark of a lost run.
pub(super) fn cross<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    (x, y): Pixel,
    style: ShapeStyle,
) -> Drawn<DB> {
    let r = px(CROSS);
    stroke(area, vec![(x - r, y - r), (x + r, y + r)], style, false)?;
    stroke(area, vec![(x - r, y + r), (x + r, y - r)], style, false)
}

//! The key beside the axes: a line, a marker and a name for each series.

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Rectangle;
use plotters::style::{BLACK, Color, FontStyle};

use super::curves::{BAND, LINE, PARENT, PARENT_LINE};
use super::figures::Figure;
use super::layout::{KEY_LINE, KEY_PART, MARGIN, SAMPLE, TEXT, WIDTH, px};
use super::pen::{Drawn, marker, solid, stroke};
use super::text::{INK, Lettering, style};

const PARENT_LABEL: &str = "dense parent";
/// Between a line and its name.
const GAP: f64 = 8.0;

/// The width that the names need, in pixels.
pub(super) fn width<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    figure: &Figure,
) -> Drawn<DB, i32> {
    let labels = figure.series.iter().map(|series| series.label.as_str());
    let mut widest = 0;
    for label in labels.chain([PARENT_LABEL, figure.compared]) {
        widest = area.estimate_text_size(label, &style(TEXT, FontStyle::Bold, INK))?.0.max(widest);
    }
    let width = px(SAMPLE + GAP + MARGIN) + widest as i32;
    Ok(width.min(px(f64::from(WIDTH) * KEY_PART)))
}

/// Draws the key into a column with the plot on its left.
pub(super) fn draw<DB: DrawingBackend>(
    column: &DrawingArea<DB, Shift>,
    figure: &Figure,
    lettering: Lettering,
) -> Drawn<DB> {
    let rows = figure.series.len() + 1 + usize::from(figure.parent.is_some());
    let room = column.dim_in_pixel().1 as i32 / rows as i32;
    let height = px(KEY_LINE).min(room);
    let (left, right) = (px(MARGIN), px(MARGIN + SAMPLE));
    let middle = |row: usize| height * row as i32 + height / 2;
    let name = right + px(GAP);

    lettering.write(
        column,
        figure.compared,
        &style(TEXT, FontStyle::Bold, INK),
        (left, middle(0)),
    )?;
    for (row, series) in (1..).zip(&figure.series) {
        let look = &series.look;
        stroke(
            column,
            vec![(left, middle(row)), (right, middle(row))],
            solid(look.colour, LINE),
            look.open,
        )?;
        marker(column, ((left + right) / 2, middle(row)), look)?;
        lettering.write(
            column,
            &series.label,
            &style(TEXT, FontStyle::Normal, INK),
            (name, middle(row)),
        )?;
    }
    if let Some(parent) = &figure.parent {
        let y = middle(rows - 1);
        if parent.deviation.is_some() {
            let band = [(left, y - height / 4), (right, y + height / 4)];
            column.draw(&Rectangle::new(band, BLACK.mix(BAND).filled()))?;
        }
        stroke(column, vec![(left, y), (right, y)], solid(PARENT, PARENT_LINE), true)?;
        lettering.write(column, PARENT_LABEL, &style(TEXT, FontStyle::Normal, INK), (name, y))?;
    }
    Ok(())
}

//! The key beside the axes: a line, a marker and a name for each series.

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Rectangle;
use plotters::style::{BLACK, Color, FontStyle};

use super::curves::{BAND, LINE, PARENT, PARENT_LINE};
use super::figure::{Figure, Kind};
use super::layout::{KEY_LINE, KEY_PART, MARGIN, SAMPLE, TEXT, WIDTH, px};
use super::palette::Look;
use super::pen::{Drawn, marker, solid, stroke};
use super::spread::Spread;
use super::text::{INK, Lettering, style, wrap};

pub(super) const PARENT_LABEL: &str = "dense parent";
const BOUND_LABEL: &str = "propagated bound";
const MEASURED_LABEL: &str = "measured change";
const FORWARD_LABEL: &str = "forward pass";
const STEP_LABEL: &str = "training step";
const THEORY_LABEL: &str = "multiply-adds";
/// Between a line and its name.
const GAP: f64 = 8.0;

/// What stands before a name.
pub(super) enum Sample {
    /// Nothing: the name is a heading.
    Heading,
    Line(Look),
    Parent {
        band: bool,
    },
}

/// The names and their samples, from above; an empty heading keeps others apart.
fn entries(figure: &Figure) -> Vec<(&str, Sample)> {
    let series = figure.series.iter().map(|series| (&*series.label, Sample::Line(series.look)));
    let band = |parent: Spread| Sample::Parent { band: parent.ends.is_some() };
    let parent = figure.parent.map(|parent| (PARENT_LABEL, band(parent)));
    let heading = (figure.compared, Sample::Heading);
    let mut entries: Vec<(&str, Sample)> =
        std::iter::once(heading).chain(series).chain(parent).collect();
    let look = Look::neutral(PARENT);
    match figure.kind {
        Kind::Accuracy | Kind::Stop | Kind::Stability | Kind::Layers | Kind::Steps => {}
        Kind::Certificate => entries.extend([
            ("", Sample::Heading),
            (BOUND_LABEL, Sample::Line(look)),
            (MEASURED_LABEL, Sample::Line(look.opened())),
        ]),
        Kind::Speed => entries.extend([
            ("", Sample::Heading),
            ("measured", Sample::Heading),
            (FORWARD_LABEL, Sample::Line(look)),
            (STEP_LABEL, Sample::Line(look.hollow())),
            ("promised by", Sample::Heading),
            (THEORY_LABEL, Sample::Parent { band: false }),
        ]),
    }
    entries
}

/// The width that the names need, in pixels.
pub(super) fn width<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    figure: &Figure,
) -> Drawn<DB, i32> {
    let entries = entries(figure);
    let mut widest = 0;
    // The parent's name counts even where there is no parent: figures of one experiment look alike.
    for label in entries.iter().map(|(label, _)| broken(label)).chain([PARENT_LABEL.to_owned()]) {
        widest = area.estimate_text_size(&label, &style(TEXT, FontStyle::Bold, INK))?.0.max(widest);
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
    let (left, right) = (px(MARGIN), px(MARGIN + SAMPLE));
    let name = right + px(GAP);
    let (width, height) = column.dim_in_pixel();
    let mut blocks = Vec::new();
    for (label, sample) in entries(figure) {
        let (weight, start) = match sample {
            Sample::Heading => (FontStyle::Bold, left),
            _ => (FontStyle::Normal, name),
        };
        let style = style(TEXT, weight, INK);
        let lines = wrap(column, &broken(label), &style, width as i32 - px(MARGIN) - start)?;
        blocks.push((sample, lines, style, start));
    }
    let rows: usize = blocks.iter().map(|(_, lines, ..)| lines.len().max(1)).sum();
    let line = px(KEY_LINE).min(height as i32 / rows as i32);
    let mut row = 0;
    for (sample, lines, style, start) in blocks {
        let middle = |row: i32| line * row + line / 2;
        draw_sample(column, &sample, (left, right), middle(row), line)?;
        for (text, row) in lines.iter().zip(row..) {
            lettering.write(column, text, &style, (start, middle(row)))?;
        }
        row += lines.len().max(1) as i32;
    }
    Ok(())
}

/// A name with room after its commas, where it may be broken.
fn broken(label: &str) -> String {
    label.replace(", ", ",").replace(',', ", ")
}

/// Draws what stands before a name, between two columns of the canvas.
pub(super) fn draw_sample<DB: DrawingBackend>(
    column: &DrawingArea<DB, Shift>,
    sample: &Sample,
    (left, right): (i32, i32),
    y: i32,
    line: i32,
) -> Drawn<DB> {
    let through = vec![(left, y), (right, y)];
    match sample {
        Sample::Heading => Ok(()),
        Sample::Line(look) => {
            stroke(column, through, solid(look.colour, LINE), look.dashed)?;
            marker(column, ((left + right) / 2, y), look)
        }
        Sample::Parent { band } => {
            if *band {
                let band = [(left, y - line / 4), (right, y + line / 4)];
                column.draw(&Rectangle::new(band, BLACK.mix(BAND).filled()))?;
            }
            stroke(column, through, solid(PARENT, PARENT_LINE), true)
        }
    }
}

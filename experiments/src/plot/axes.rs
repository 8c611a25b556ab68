//! The axes with their grid and labels.

use plotters::backend::DrawingBackend;
use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::{FontStyle, RGBColor};

use super::density_axis::DensityAxis;
use super::figure::Figure;
use super::layout::{
    LOST_ROOM, SMALL_TEXT, TEXT, TICK, X_GAP, X_LABELS, X_ROOM, Y_ROOM, Y_SPACING, px,
};
use super::pen::{Drawn, solid};
use super::plane::Plane;
use super::series::Series;
use super::span::Margins;
use super::text::{INK, Lettering, style};
use super::value_axis::ValueAxis;

const GRID: RGBColor = RGBColor(222, 222, 222);
const FINE_GRID: RGBColor = RGBColor(240, 240, 240);
const GRID_LINE: f64 = 0.75;
const AXIS: RGBColor = RGBColor(120, 120, 120);
const AXIS_LINE: f64 = 1.0;

/// Draws the axes that hold every value of the figure; `None` if no density was asked for.
pub(super) fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    figure: &Figure,
    lettering: Lettering,
) -> Drawn<DB, Option<Plane>> {
    let (width, height) = area.dim_in_pixel();
    let Some(densities) = densities(area, figure, width as i32 - px(figure.kind.axis_room()))?
    else {
        return Ok(None);
    };
    let values = values(figure, height as i32 - px(X_LABELS));
    let label_style = style(SMALL_TEXT, FontStyle::Normal, INK);
    let mut chart = ChartBuilder::on(area)
        .x_label_area_size(px(X_LABELS))
        .y_label_area_size(px(figure.kind.axis_room()))
        .build_cartesian_2d(densities.clone(), values.clone())?;
    chart
        .configure_mesh()
        .x_desc(figure.kind.density_title())
        .y_desc(figure.kind.axis_title())
        .axis_desc_style(style(TEXT, FontStyle::Normal, INK))
        .y_label_offset(lettering.sink(&label_style))
        .label_style(label_style)
        .bold_line_style(solid(GRID, GRID_LINE))
        .light_line_style(solid(FINE_GRID, GRID_LINE))
        .axis_style(solid(AXIS, AXIS_LINE))
        .set_all_tick_mark_size(px(TICK))
        .draw()?;
    let (x, y) = chart.plotting_area().get_pixel_range();
    Ok(Some(Plane { densities, values, x: (x.start, x.end), y: (y.end, y.start) }))
}

fn densities<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    figure: &Figure,
    width: i32,
) -> Drawn<DB, Option<DensityAxis>> {
    let (ticks, label) = (figure.ticks(), figure.kind.density_label());
    let points = figure.series.iter().flat_map(Series::all_points);
    let achieved: Vec<f64> = points.map(|point| point.density).collect();
    let mut widest = 0;
    for &density in &ticks {
        let label_style = style(SMALL_TEXT, FontStyle::Normal, INK);
        widest = area.estimate_text_size(&label(density), &label_style)?.0.max(widest);
    }
    let spacing = f64::from(widest as i32 + px(X_GAP));
    let margin = f64::from(px(X_ROOM));
    let axis = DensityAxis::new(&ticks, &achieved, f64::from(width), margin, spacing);
    Ok(axis.map(|axis| axis.written(label)))
}

fn values(figure: &Figure, height: i32) -> ValueAxis {
    let lost_room = if figure.marks_lost() { LOST_ROOM } else { 0.0 };
    let margins = Margins { start: f64::from(px(Y_ROOM + lost_room)), end: f64::from(px(Y_ROOM)) };
    ValueAxis::of(figure, f64::from(height), margins, f64::from(px(Y_SPACING)))
}

//! Sizes, in points of a picture 800 points wide.

/// Pixels of the canvas in a point. `plotters` has whole pixels only: many of them keep shapes
/// true in the SVG file, and let the PNG file be smoothed.
pub(super) const PIXELS_PER_POINT: i32 = 4;
/// The picture's width.
pub(super) const WIDTH: i32 = 800;
/// The picture's height.
pub(super) const HEIGHT: i32 = 550;

/// White around everything.
pub(super) const MARGIN: f64 = 16.0;
/// Height of a line of the title, of smaller text, and of the key.
pub(super) const TITLE_LINE: f64 = 24.0;
pub(super) const SMALL_LINE: f64 = 17.0;
pub(super) const KEY_LINE: f64 = 21.0;
/// Sizes of letters.
pub(super) const TITLE_TEXT: f64 = 18.0;
pub(super) const TEXT: f64 = 13.0;
pub(super) const SMALL_TEXT: f64 = 12.0;
/// Room for labels and the description of an axis.
pub(super) const X_LABELS: f64 = 46.0;
pub(super) const Y_LABELS: f64 = 66.0;
/// More of it for labels of values that may be large.
pub(super) const WIDE_Y_LABELS: f64 = 72.0;
pub(super) const TICK: f64 = 4.0;
/// The least distance of two labels: between their middles, and between their ends.
pub(super) const Y_SPACING: f64 = 20.0;
pub(super) const X_GAP: f64 = 10.0;
/// Room between an axis' ends and the values: the largest marker and its dodge fit in.
pub(super) const X_ROOM: f64 = 32.0;
pub(super) const Y_ROOM: f64 = 14.0;
/// More room at the bottom for the marks of lost runs, and half the height at which they stand.
pub(super) const LOST_ROOM: f64 = 16.0;
/// Length of a line in the key.
pub(super) const SAMPLE: f64 = 34.0;
/// The key takes no more than this part of the width.
pub(super) const KEY_PART: f64 = 0.4;

/// Points in pixels of the canvas.
pub(super) fn px(points: f64) -> i32 {
    (points * f64::from(PIXELS_PER_POINT)).round() as i32
}

/// The canvas in pixels.
pub(super) fn canvas() -> (u32, u32) {
    ((WIDTH * PIXELS_PER_POINT).unsigned_abs(), (HEIGHT * PIXELS_PER_POINT).unsigned_abs())
}

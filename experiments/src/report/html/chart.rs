//! Charts as SVG in the page: points tell what they stand for, entries of the key can be put out.

use maud::{Markup, PreEscaped, html};

use crate::plot::{Chart, Piece};

/// Radius of what answers to a pointer, in units of the view box.
const REACH: u32 = 26;

pub(super) fn render(chart: &Chart) -> Markup {
    let (width, height) = chart.size;
    let (sample_width, sample_height) = Piece::SAMPLE;
    let pieces = || chart.parent.iter().chain(&chart.series);
    html! {
        figure class="chart" {
            figcaption class="title" { (chart.subtitle) }
            svg class="plane" viewBox=(format!("0 0 {width} {height}")) role="img" tabindex="0" aria-label=(label(chart)) {
                g aria-hidden="true" { (PreEscaped(&chart.ground)) }
                // The parent lies below the series, and comes last in the key.
                @for (k, piece) in pieces().enumerate() {
                    g class="series" data-series=(k) {
                        (PreEscaped(&piece.drawing))
                        @for mark in &piece.marks {
                            circle class="hit" cx=(mark.x) cy=(mark.y) r=(REACH) { title { (mark.text) } }
                        }
                    }
                }
            }
            ul class="key" {
                @for (k, piece) in in_key(pieces().collect(), chart.parent.is_some()) {
                    li {
                        button type="button" class="entry" data-series=(k) aria-pressed="true" {
                            svg class="sample" viewBox=(format!("0 0 {sample_width} {sample_height}")) aria-hidden="true" {
                                (PreEscaped(&piece.sample))
                            }
                            span { (piece.label) }
                        }
                    }
                }
            }
            p class="note" { (chart.caption) }
        }
    }
}

/// Pieces with their numbers, the parent last.
fn in_key(pieces: Vec<&Piece>, has_parent: bool) -> Vec<(usize, &Piece)> {
    let mut numbered: Vec<_> = pieces.into_iter().enumerate().collect();
    if has_parent {
        numbered.rotate_left(1);
    }
    numbered
}

fn label(chart: &Chart) -> String {
    let names: Vec<&str> = chart.series.iter().map(|piece| piece.label.as_str()).collect();
    format!(
        "Chart: {}; {}: {}. Arrow keys go from point to point.",
        chart.subtitle,
        chart.compared,
        names.join(", ")
    )
}

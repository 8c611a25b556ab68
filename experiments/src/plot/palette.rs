//! Which colour and shape a name gets: the same in every figure.

use std::collections::BTreeSet;

use plotters::style::RGBColor;

use super::marker::{MARKERS, Marker};
use crate::records::CurveRow;

/// Okabe and Ito's colours for all kinds of colour vision, without yellow, which white swallows,
/// and with grey for black, which is the parent's.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(128, 128, 128),
];
/// Methods whose looks never change; others follow by name.
const METHODS: [&str; 3] = ["magnitude", "random", "sipp"];
/// Retrainings whose looks never change: the ticket, its controls, the others.
const RETRAININGS: [&str; 6] =
    ["rewind", "reinit", "random-mask", "fine-tune", "prune-at-init", "none"];

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    /// Place in the legend.
    pub(super) rank: usize,
    pub(super) colour: RGBColor,
    pub(super) marker: Marker,
    /// Whether the line is dashed and the marker empty.
    pub(super) open: bool,
}

/// The looks of every method and retraining of an experiment.
#[derive(Debug, Clone)]
pub(super) struct Palette<'a> {
    methods: Vec<&'a str>,
    retrainings: Vec<&'a str>,
}

impl<'a> Palette<'a> {
    /// The looks of all names in the rows.
    pub(super) fn of(rows: impl Iterator<Item = &'a CurveRow> + Clone) -> Self {
        Self {
            methods: slots(&METHODS, rows.clone().map(|row| row.method.as_str())),
            retrainings: slots(&RETRAININGS, rows.map(|row| row.retraining.as_str())),
        }
    }

    /// The look of a method; the scopes share its colour.
    pub(super) fn method(&self, method: &str, open: bool) -> Look {
        look(&self.methods, method, open)
    }

    /// The look of a retraining.
    pub(super) fn retraining(&self, retraining: &str) -> Look {
        look(&self.retrainings, retraining, false)
    }
}

/// The known names, then the others in their order.
fn slots<'a>(known: &[&'a str], names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let others: BTreeSet<&str> = names.filter(|name| !known.contains(name)).collect();
    known.iter().copied().chain(others).collect()
}

fn look(slots: &[&str], name: &str, open: bool) -> Look {
    let rank = slots.iter().position(|&slot| slot == name).unwrap_or(slots.len());
    // 7 colours and 8 shapes have no common factor: 56 pairs before one comes back.
    Look {
        rank,
        colour: COLOURS[rank % COLOURS.len()],
        marker: MARKERS[rank % MARKERS.len()],
        open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::fixtures::row;

    #[test]
    fn known_names_keep_their_looks_and_others_follow() {
        let rows = [row("zeta", "rewind", 1, 0.5, 0.9), row("alpha", "new", 1, 0.5, 0.9)];
        let palette = Palette::of(rows.iter());
        assert_eq!(
            palette.method("magnitude", false),
            Palette::of([].iter()).method("magnitude", false)
        );
        assert_eq!(["alpha", "zeta"].map(|name| palette.method(name, false).rank), [3, 4]);
        assert_eq!(palette.retraining("new").rank, 6);
    }

    #[test]
    fn no_two_names_look_the_same() {
        let names: Vec<String> = (10..60).map(|k| k.to_string()).collect();
        let slots: Vec<&str> = names.iter().map(String::as_str).collect();
        let looks: Vec<Look> = slots.iter().map(|name| look(&slots, name, false)).collect();
        for (k, a) in looks.iter().enumerate() {
            assert!(looks[..k].iter().all(|b| (a.colour, a.marker) != (b.colour, b.marker)));
        }
    }
}

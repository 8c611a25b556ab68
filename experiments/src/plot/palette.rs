//! Which colour and shape a name gets: the same in every figure.

use std::collections::BTreeSet;

use plotters::style::{BLACK, RGBColor, WHITE};

use super::marker::{MARKERS, Marker};
use super::names::{retraining_label, variant};
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
const METHODS: [&str; 5] = ["magnitude", "random", "sipp", "sipp-rand", "sipp-hybrid"];
/// Retrainings whose looks never change: the ticket, its controls, the others.
const RETRAININGS: [&str; 6] =
    ["rewind", "reinit", "random-mask", "fine-tune", "prune-at-init", "none"];

/// Shades of a method's colour that its variants have, in parts of black or white: dark, light and
/// plain in turn.
const SHADES: [(RGBColor, f64); 3] = [(BLACK, 0.0), (BLACK, 0.45), (WHITE, 0.45)];
/// Each variant's marker is so many further. With 8 shapes and 3 shades: 24 pairs before one
/// comes back.
const NEXT_MARKER: usize = 3;

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    /// Place in the legend.
    pub(super) rank: usize,
    pub(super) colour: RGBColor,
    pub(super) marker: Marker,
    /// Whether the marker is empty.
    pub(super) open: bool,
    /// Whether the line is dashed.
    pub(super) dashed: bool,
}

impl Look {
    /// A look of no series, for what holds for all of them.
    pub(super) fn neutral(colour: RGBColor) -> Self {
        Self { rank: 0, colour, marker: MARKERS[0], open: false, dashed: false }
    }

    /// The look at a place in the legend.
    pub(super) fn of_rank(rank: usize) -> Self {
        // 7 colours and 8 shapes have no common factor: 56 pairs before one comes back. A colour that
        // comes back is darker, then lighter.
        let (ink, part) = SHADES[rank / COLOURS.len() % SHADES.len()];
        Self {
            rank,
            colour: mixed(COLOURS[rank % COLOURS.len()], ink, part),
            marker: MARKERS[rank % MARKERS.len()],
            open: false,
            dashed: false,
        }
    }

    /// A colour for each network and a marker for each of its methods.
    pub(super) fn of_network(network: usize, method: usize) -> Self {
        let marker = MARKERS[(network + method * NEXT_MARKER) % MARKERS.len()];
        Self { rank: network, marker, ..Self::neutral(COLOURS[network % COLOURS.len()]) }
    }

    /// The same, with a dashed line and an empty marker.
    pub(super) fn opened(self) -> Self {
        Self { dashed: true, ..self.hollow() }
    }

    /// The same, with an empty marker.
    pub(super) fn hollow(self) -> Self {
        Self { open: true, ..self }
    }
}

/// The looks of every method and retraining of an experiment.
#[derive(Debug, Clone)]
pub(super) struct Palette<'a> {
    methods: Vec<&'a str>,
    /// Methods and what is unusual about them.
    variants: BTreeSet<(&'a str, String)>,
    retrainings: Vec<String>,
}

impl<'a> Palette<'a> {
    /// The looks of all names in the rows.
    pub(super) fn of(rows: impl Iterator<Item = &'a CurveRow> + Clone) -> Self {
        Self {
            methods: slots(&METHODS, rows.clone().map(|row| row.method.as_str())),
            variants: rows.clone().map(|row| (row.method.as_str(), variant(row))).collect(),
            retrainings: slots(&RETRAININGS.map(str::to_owned), rows.map(retraining_label)),
        }
    }

    /// The look of a variant of a method: another shade of the method's colour and another marker.
    pub(super) fn variant(&self, method: &str, variant: &str) -> Look {
        let look = look(&self.methods, method);
        let others = self.variants.iter().filter(|(of, name)| *of == method && !name.is_empty());
        let Some(before) = others.map(|(_, name)| name).position(|name| name == variant) else {
            return look;
        };
        let (ink, part) = SHADES[(before + 1) % SHADES.len()];
        let marker = MARKERS[(look.rank + (before + 1) * NEXT_MARKER) % MARKERS.len()];
        Look { colour: mixed(look.colour, ink, part), marker, ..look }
    }

    /// The look of a retraining.
    pub(super) fn retraining(&self, retraining: &str) -> Look {
        look(&self.retrainings, retraining)
    }
}

/// The known names, then the others in their order.
fn slots<T: Ord + Clone>(known: &[T], names: impl Iterator<Item = T>) -> Vec<T> {
    let others: BTreeSet<T> = names.filter(|name| !known.contains(name)).collect();
    known.iter().cloned().chain(others).collect()
}

fn look(slots: &[impl AsRef<str>], name: &str) -> Look {
    Look::of_rank(slots.iter().position(|slot| slot.as_ref() == name).unwrap_or(slots.len()))
}

/// A colour with some part of another in it.
fn mixed(colour: RGBColor, other: RGBColor, part: f64) -> RGBColor {
    let channel = |a: u8, b: u8| (f64::from(a) * (1.0 - part) + f64::from(b) * part).round() as u8;
    RGBColor(channel(colour.0, other.0), channel(colour.1, other.1), channel(colour.2, other.2))
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
            palette.variant("magnitude", ""),
            Palette::of([].iter()).variant("magnitude", "")
        );
        assert_eq!(["alpha", "zeta"].map(|name| palette.variant(name, "").rank), [5, 6]);
        assert_eq!(palette.retraining("new").rank, 6);
    }

    #[test]
    fn variants_are_told_apart_and_keep_to_their_method() {
        let options: Vec<String> = (1..24).map(|k| format!("constant={k:02}")).collect();
        let with = |options: &str| CurveRow {
            options: options.to_owned(),
            ..row("sipp", "none", 1, 0.5, 0.9)
        };
        let rows: Vec<CurveRow> = options.iter().map(|options| with(options)).collect();
        let palette = Palette::of(rows.iter());
        let names = options.iter().map(String::as_str).chain([""]);
        let looks: Vec<Look> = names.map(|name| palette.variant("sipp", name)).collect();
        for (k, a) in looks.iter().enumerate() {
            assert_eq!((a.rank, a.open), (2, false));
            assert!(looks[..k].iter().all(|b| (a.colour, a.marker) != (b.colour, b.marker)));
        }
    }

    #[test]
    fn no_two_names_look_the_same() {
        let names: Vec<String> = (10..60).map(|k| k.to_string()).collect();
        let slots: Vec<&str> = names.iter().map(String::as_str).collect();
        let looks: Vec<Look> = slots.iter().map(|name| look(&slots, name)).collect();
        for (k, a) in looks.iter().enumerate() {
            assert!(looks[..k].iter().all(|b| (a.colour, a.marker) != (b.colour, b.marker)));
        }
    }
}

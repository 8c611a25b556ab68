//! The plots' colours on light and on dark paper.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::report::model::{Block, Report};

/// Paper of the two themes, as in `style.css`.
const LIGHT: Colour = Colour([255.0, 255.0, 255.0]);
const DARK: Colour = Colour([24.0, 27.0, 32.0]);
/// The least contrast of what has to be seen, by the Web Content Accessibility Guidelines 2.1, 1.4.11.
const CONTRAST: f64 = 3.0;
/// A colour is made lighter or darker in steps of this part.
const STEP: f64 = 0.02;

/// What the axes are drawn in, on the page: the colour in the picture, and that of the style.
const NEUTRAL: [(&str, &str); 7] = [
    ("#FFFFFF", "--paper"),
    ("#000000", "--ink"),
    ("#262626", "--ink"),
    ("#606060", "--pale"),
    ("#404040", "--parent"),
    ("#787878", "--axis"),
    ("#DEDEDE", "--grid"),
];

/// Rules that give every colour in the charts one with enough contrast in each theme: its own as far as
/// that goes.
pub(super) fn style(report: &Report) -> String {
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let charts = blocks.filter_map(|block| match block {
        Block::Charts(charts) => Some(&charts.charts),
        _ => None,
    });
    let series = charts.flatten().flat_map(|picture| &picture.chart.series);
    let colours: BTreeSet<&str> = series.map(|piece| piece.colour.as_str()).collect();
    let themed = colours.into_iter().filter_map(|name| {
        let colour = Colour::parse(name)?;
        let [light, dark] = [LIGHT, DARK].map(|paper| colour.seen_on(paper).name());
        Some((name, format!("light-dark({light},{dark})")))
    });
    let fine = ("#F0F0F0", "--fine");
    let neutral =
        NEUTRAL.into_iter().chain([fine]).map(|(name, rule)| (name, format!("var({rule})")));
    let mut style = String::new();
    for (name, value) in neutral.chain(themed) {
        let _ = write!(
            style,
            ".chart [fill=\"{name}\"]{{fill:{value}}}.chart [stroke=\"{name}\"]{{stroke:{value}}}"
        );
    }
    style
}

/// Red, green and blue from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Colour([f64; 3]);

impl Colour {
    /// Of `#0072B2`.
    fn parse(name: &str) -> Option<Self> {
        let digits = name.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let channel = |k: usize| u8::from_str_radix(digits.get(2 * k..2 * k + 2)?, 16).ok();
        Some(Self([channel(0)?.into(), channel(1)?.into(), channel(2)?.into()]))
    }

    fn name(self) -> String {
        let [red, green, blue] = self.0.map(|channel| channel.round() as u8);
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Relative luminance of an sRGB colour, from 0 to 1 (WCAG 2.1).
    fn luminance(self) -> f64 {
        let linear = self.0.map(|channel| {
            let share = channel / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// Contrast ratio, from 1 to 21 (WCAG 2.1).
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn mixed(self, other: Self, part: f64) -> Self {
        Self([0, 1, 2].map(|k| self.0[k] * (1.0 - part) + other.0[k] * part))
    }

    /// The nearest mixture with black or white, whichever is far from the paper, that is seen on it.
    fn seen_on(self, paper: Self) -> Self {
        let far = if paper.luminance() > 0.5 { [0.0; 3] } else { [255.0; 3] };
        let parts = (0..=50).map(|k| f64::from(k) * STEP);
        let mut mixtures = parts.map(|part| self.mixed(Self(far), part));
        mixtures.find(|mixture| mixture.contrast(paper) >= CONTRAST).unwrap_or(Self(far))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(name: &str) -> Colour {
        Colour::parse(name).unwrap()
    }

    #[test]
    fn contrasts_by_hand() {
        // Values of the W3C's definition.
        assert!((colour("#FFFFFF").contrast(colour("#000000")) - 21.0).abs() < 1e-9);
        assert!((colour("#767676").contrast(LIGHT) - 4.54).abs() < 0.005);
        assert_eq!(Colour::parse("red"), None);
        assert_eq!(colour("#0072B2").name(), "#0072b2");
    }

    #[test]
    fn colours_change_only_where_they_would_not_be_seen() {
        assert_eq!(colour("#0072B2").seen_on(LIGHT).name(), "#0072b2");
        assert_ne!(colour("#E69F00").seen_on(LIGHT).name(), "#e69f00");
        for name in
            ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#808080", "#003F62"]
        {
            for paper in [LIGHT, DARK] {
                assert!(colour(name).seen_on(paper).contrast(paper) >= CONTRAST, "{name}");
            }
        }
    }
}

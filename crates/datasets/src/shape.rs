//! The size of an image.

use std::fmt;

/// Channels, height and width of an image, in pixels; displayed as `1x28x28`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImageShape {
    /// Number of channels: 1 for grey, 3 for colour.
    pub channels: usize,
    /// Number of rows.
    pub height: usize,
    /// Number of columns.
    pub width: usize,
}

impl ImageShape {
    /// The size of a grey image.
    pub const fn grey(height: usize, width: usize) -> Self {
        Self { channels: 1, height, width }
    }

    /// Values in one image: channels times height times width, at most `usize::MAX`.
    pub const fn pixels(&self) -> usize {
        self.channels.saturating_mul(self.height).saturating_mul(self.width)
    }
}

impl fmt::Display for ImageShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.channels, self.height, self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_displayed_in_the_order_of_memory() {
        let shape = ImageShape { channels: 3, height: 32, width: 24 };
        assert_eq!(shape.to_string(), "3x32x24");
        assert_eq!(shape.pixels(), 3 * 32 * 24);
    }
}

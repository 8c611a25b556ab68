use burn::tensor::ops::MaxPoolOptions;

/// The square windows of a maximum: `size` x `size`, moved by `stride`, over a map with a margin of
/// `padding`. The margin is below every value, so that a maximum is always one of the map's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Height and width.
    pub size: usize,
    /// Step between windows, in both directions.
    pub stride: usize,
    /// Width of the margin, on each side; at most half the size, so that no window lies in it.
    pub padding: usize,
}

impl Window {
    /// Windows side by side, without a margin.
    pub fn new(size: usize) -> Self {
        Self { size, stride: size, padding: 0 }
    }

    /// Moved by `stride`.
    pub fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// With a margin of `padding`.
    pub fn padding(self, padding: usize) -> Self {
        Self { padding, ..self }
    }

    /// How many windows there are along `input` values; what does not fill one is left out. `None`
    /// where there are none, or one could lie in the margin.
    pub(crate) fn output(self, input: usize) -> Option<usize> {
        let Self { size, stride, padding } = self;
        let room = (input + 2 * padding).checked_sub(size)?;
        let fits = size > 0 && input > 0 && 2 * padding <= size;
        fits.then(|| room.checked_div(stride).map(|steps| steps + 1)).flatten()
    }

    pub(crate) fn options(self) -> MaxPoolOptions<2> {
        let Self { size, stride, padding } = self;
        MaxPoolOptions::new([size; 2]).with_stride([stride; 2]).with_padding([padding; 2])
    }
}

/// Windows of this size, side by side.
impl From<usize> for Window {
    fn from(size: usize) -> Self {
        Self::new(size)
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn windows_are_counted() {
        let stem = Window::new(3).stride(2).padding(1);
        for (window, input, expected) in [
            (Window::new(2), 6, Some(3)),
            (Window::new(2), 7, Some(3)),
            (Window::new(2), 1, None),
            (Window::new(0), 4, None),
            (Window::new(2).stride(0), 4, None),
            (Window::new(2).padding(2), 4, None),
            (stem, 112, Some(56)),
            (stem, 5, Some(3)),
            (stem, 1, Some(1)),
            (stem, 0, None),
            (Window::new(2).stride(1).padding(1), 4, Some(5)),
        ] {
            assert_eq!(window.output(input), expected, "{window:?} over {input}");
        }
    }
}

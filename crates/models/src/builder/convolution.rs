/// Parameters of a convolution: filters of a square kernel, by default moved by 1 without padding
/// and with a bias.
#[derive(Debug, Clone, Copy)]
pub struct Convolution {
    pub(super) filters: usize,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
    pub(super) bias: bool,
}

impl Convolution {
    /// `filters` filters of `kernel` x `kernel`.
    pub fn new(filters: usize, kernel: usize) -> Self {
        Self { filters, kernel, stride: 1, padding: 0, bias: true }
    }

    /// Moved by `stride` in both directions.
    pub fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// With `padding` zeros on each side.
    pub fn padding(self, padding: usize) -> Self {
        Self { padding, ..self }
    }

    /// With a bias for each filter or without; in front of a batch normalisation it has no effect.
    pub fn bias(self, bias: bool) -> Self {
        Self { bias, ..self }
    }

    /// Output length for an input of length `input`, where there is one.
    pub(super) fn output(&self, input: usize) -> Option<usize> {
        let room = (input + 2 * self.padding).checked_sub(self.kernel)?;
        Some(room.checked_div(self.stride)? + 1)
    }
}

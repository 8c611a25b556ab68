use super::pattern;
use crate::architecture::Shape;
use crate::error::ModelError;

/// What a network is built from.
#[derive(Debug, Clone)]
pub struct Request {
    /// Name of the network.
    pub name: String,
    /// Widths of the hidden layers, for `mlp`; for networks of stages those of the stages, or none
    /// for the usual ones.
    pub widths: Vec<usize>,
    /// Shape of one image, for networks that take any.
    pub input: Shape,
    /// Number of classes.
    pub classes: usize,
}

impl Request {
    /// The network of this name as it was published, for ten classes of the images that it was made
    /// for; of 1x28x28 where there is no such network.
    pub fn named(name: &str) -> Self {
        let input = super::entry(name).map_or([1, 28, 28], |entry| entry.images.usual());
        Self { name: name.to_owned(), widths: Vec::new(), input, classes: 10 }
    }

    /// Widths of the `N` stages that the network has: the requested ones, or the usual.
    pub(super) fn stages<const N: usize>(
        &self,
        usual: [usize; N],
    ) -> Result<[usize; N], ModelError> {
        if self.widths.is_empty() {
            return Ok(usual);
        }
        self.widths.as_slice().try_into().map_err(|_| {
            let expected = match N {
                0 => "none; this network has widths of its own".to_owned(),
                _ => format!("{N}, such as {usual:?}"),
            };
            self.rejection(format!("widths {:?}; expected {expected}", self.widths))
        })
    }

    /// What stands in its name for the numbers in the pattern that the name is of.
    pub(super) fn numbers<const N: usize>(&self, pattern: &str) -> [usize; N] {
        let numbers = pattern::numbers(pattern, &self.name);
        let numbers = numbers.and_then(|numbers| numbers.try_into().ok());
        numbers.expect("the entry was found by this pattern")
    }

    /// How often each of three stages repeats its two convolutions in a network of this depth, which
    /// counts so many layers beside them.
    pub(super) fn repeats(&self, depth: usize, beside: usize) -> Result<usize, ModelError> {
        match depth.checked_sub(beside) {
            Some(rest) if rest > 0 && rest % 6 == 0 => Ok(rest / 6),
            _ => {
                let [a, b, c] = [2, 3, 4].map(|repeats| beside + 6 * repeats);
                Err(self.rejection(format!(
                    "depth {depth}; expected {beside} more than a multiple of 6, such as {a}, {b} or {c}"
                )))
            }
        }
    }

    pub(super) fn rejection(&self, problem: String) -> ModelError {
        ModelError::Request { network: self.name.clone(), problem }
    }
}

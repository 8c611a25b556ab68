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
        let expected = match N {
            0 => "none, which this network does not take".to_owned(),
            _ => format!("{N}, such as {usual:?}"),
        };
        let rejection = || self.rejection(format!("widths {:?}; expected {expected}", self.widths));
        self.widths.as_slice().try_into().map_err(|_| rejection())
    }

    pub(super) fn rejection(&self, problem: String) -> ModelError {
        ModelError::Request { network: self.name.clone(), problem }
    }
}

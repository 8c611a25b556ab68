mod convolution;
mod layers;
mod operations;

pub use convolution::Convolution;

use crate::architecture::{Architecture, Node, Op, Shape};
use crate::channels::is_cuttable;
use crate::error::ModelError;

/// A value inside a network that is being described: the output of one of its nodes.
#[derive(Debug, Clone, Copy)]
pub struct Value(usize);

/// Describes a network step by step; [`build`](Builder::build) hands out the checked description,
/// or the first thing that was wrong.
///
/// ```
/// use models::{Builder, Convolution};
///
/// let mut net = Builder::new("tiny", [1, 8, 8]);
/// let x = net.input();
/// let x = net.convolution(x, "conv1", Convolution::new(4, 3).padding(1));
/// let x = net.relu(x);
/// let x = net.max_pool(x, 2);
/// let x = net.linear(x, "fc1", 10);
/// let architecture = net.build(x)?;
/// assert_eq!(architecture.prunable_weights(), 4 * 9 + 64 * 10);
/// # Ok::<(), models::ModelError>(())
/// ```
#[derive(Debug)]
pub struct Builder {
    architecture: Architecture,
    problem: Option<ModelError>,
}

impl Builder {
    /// Starts the description of a network that takes images of `input`: channels, height, width.
    pub fn new(name: &str, input: Shape) -> Self {
        let start = Node { op: Op::Input, inputs: Vec::new(), shape: input };
        let (name, nodes) = (name.to_owned(), vec![start]);
        let (layers, norms) = (Vec::new(), Vec::new());
        Self { architecture: Architecture { name, layers, norms, nodes }, problem: None }
    }

    /// The image.
    pub fn input(&self) -> Value {
        Value(0)
    }

    /// The finished description, with `output` as the network's logits.
    ///
    /// # Errors
    /// The first layer or operation that did not fit its input, had no units or repeated a name; or
    /// an `output` that is not the last value described; or padded sums beside concatenations, or of
    /// channels that are padded twice.
    pub fn build(self, output: Value) -> Result<Architecture, ModelError> {
        match self.problem {
            Some(problem) => Err(problem),
            None if output.0 + 1 != self.architecture.nodes.len() => Err(ModelError::Request {
                network: self.architecture.name,
                problem: "the output must be the last value described".to_owned(),
            }),
            None if !is_cuttable(&self.architecture) => Err(ModelError::Request {
                network: self.architecture.name,
                problem:
                    "padded sums whose channels are concatenated or padded twice; expected each \
                          channel to be padded once, and no concatenations"
                        .to_owned(),
            }),
            None => Ok(self.architecture),
        }
    }

    fn push(&mut self, op: Op, inputs: &[Value], shape: Shape) -> Value {
        let inputs = inputs.iter().map(|value| value.0).collect();
        self.architecture.nodes.push(Node { op, inputs, shape });
        Value(self.architecture.nodes.len() - 1)
    }

    /// Shape of the value for one image.
    pub fn shape(&self, x: Value) -> Shape {
        self.architecture.nodes[x.0].shape
    }

    fn reject(&mut self, layer: &str, problem: String) {
        let network = self.architecture.name.clone();
        let layer = layer.to_owned();
        self.problem.get_or_insert(ModelError::Layer { network, layer, problem });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the description of a network for images of `image` is told.
    pub(super) fn rejection(
        image: Shape,
        describe: impl Fn(&mut Builder, Value) -> Value,
    ) -> String {
        let mut net = Builder::new("t", image);
        let input = net.input();
        let x = describe(&mut net, input);
        net.build(x).unwrap_err().to_string()
    }

    #[test]
    fn the_output_is_the_last_value() {
        let message = rejection([1, 4, 4], |net, x| {
            net.relu(x);
            x
        });
        assert!(message.contains("last value described"), "{message}");
    }
}

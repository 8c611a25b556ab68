use crate::architecture::{Architecture, Op};
use crate::layer::LayerKind;

/// A sum whose values have become unequal.
#[derive(Debug)]
pub(super) struct UnequalSum {
    /// Its node.
    pub(super) node: usize,
    /// Channels of each of its values.
    pub(super) channels: Vec<usize>,
}

impl Architecture {
    /// The same graph with these numbers of units and these biases in its layers; what the others
    /// behind them take follows.
    pub(super) fn resized(&self, units: &[usize], biases: &[bool]) -> Result<Self, UnequalSum> {
        let mut smaller = self.clone();
        for index in 0..self.nodes.len() {
            let inputs = &self.nodes[index].inputs;
            let widths: Vec<_> = inputs.iter().map(|&x| smaller.nodes[x].shape[0]).collect();
            smaller.nodes[index].shape[0] = match self.nodes[index].op {
                Op::Input => self.nodes[index].shape[0],
                Op::Layer(layer) => {
                    let positions = self.nodes[inputs[0]].shape[1..].iter().product::<usize>();
                    let spec = &mut smaller.layers[layer];
                    spec.channels = match spec.kind {
                        LayerKind::Linear => widths[0] * positions,
                        LayerKind::Convolution { .. } => widths[0],
                    };
                    (spec.units, spec.bias) = (units[layer], biases[layer]);
                    units[layer]
                }
                Op::Concat => widths.iter().sum(),
                Op::BatchNorm(norm) => {
                    smaller.norms[norm].channels = widths[0];
                    widths[0]
                }
                Op::Add if widths.iter().any(|&width| width != widths[0]) => {
                    return Err(UnequalSum { node: index, channels: widths });
                }
                Op::AddPadded if widths[1] > widths[0] => {
                    return Err(UnequalSum { node: index, channels: widths });
                }
                Op::Relu | Op::Add | Op::AddPadded | Op::MaxPool(_) | Op::AveragePool(_) => {
                    widths[0]
                }
            };
        }
        Ok(smaller)
    }
}

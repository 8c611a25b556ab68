use super::pools::pools;
use super::ties::Ties;
use crate::architecture::{Architecture, Op};
use crate::layer::LayerKind;

/// Which channels of a network's values go together: a channel is there in all values of its group
/// or in none.
///
/// A unit's channel stays the same through norms, activations and pooling; a sum ties the channels of
/// its values one by one, a padded one those that both of its values have; a concatenation has the groups of its values one behind the other. The
/// features of a flattened map belong to the channel that they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelGroups {
    nodes: Vec<Vec<usize>>,
    layers: Vec<LayerGroups>,
    pools: Vec<Vec<usize>>,
    fixed: Vec<bool>,
}

/// The groups that a layer reads and writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayerGroups {
    /// Of each input channel. A unit has equally many weights for each of them, one behind the other:
    /// a kernel, or the features that a map's channel was flattened into.
    pub inputs: Vec<usize>,
    /// Of each unit.
    pub units: Vec<usize>,
}

impl Architecture {
    /// The groups of this network's channels, derived from its graph.
    ///
    /// ```
    /// # use models::{Builder, Convolution};
    /// let mut net = Builder::new("residual", [1, 8, 8]);
    /// let x = net.convolution(net.input(), "conv1", Convolution::new(4, 3));
    /// let y = net.convolution(x, "conv2", Convolution::new(4, 3).padding(1));
    /// let sum = net.add(x, y);
    /// let x = net.linear(sum, "fc", 10);
    /// let groups = net.build(x)?.channel_groups();
    /// // A channel of the image, four that the sum ties, ten classes.
    /// assert_eq!(groups.count(), 15);
    /// assert_eq!(groups.of(1), groups.of(2));
    /// # Ok::<(), models::ModelError>(())
    /// ```
    pub fn channel_groups(&self) -> ChannelGroups {
        self.groups(false)
    }

    /// As [`channel_groups`](Self::channel_groups), with an image that can lose parts of itself: each
    /// pixel that a linear layer reads is a group of its own, and no channel of the image is fixed.
    pub fn channel_groups_with_pixels(&self) -> ChannelGroups {
        self.groups(true)
    }

    fn groups(&self, pixels: bool) -> ChannelGroups {
        let mut ties = Ties::default();
        let mut nodes: Vec<Vec<usize>> = Vec::with_capacity(self.nodes().len());
        for node in self.nodes() {
            let channels = match node.op {
                Op::Input | Op::Layer(_) => (0..node.shape[0]).map(|_| ties.fresh()).collect(),
                Op::Concat => node.inputs.iter().flat_map(|&x| nodes[x].clone()).collect(),
                Op::Add => {
                    let (first, others) = node.inputs.split_first().expect("a sum has values");
                    for &other in others {
                        let pairs = nodes[*first].iter().zip(&nodes[other]);
                        pairs.for_each(|(&a, &b)| ties.tie(a, b));
                    }
                    nodes[*first].clone()
                }
                Op::AddPadded => {
                    let [wide, narrow] = [&nodes[node.inputs[0]], &nodes[node.inputs[1]]];
                    let front = Op::zeros_in_front(wide.len(), narrow.len());
                    let pairs = wide[front..].iter().zip(narrow);
                    pairs.for_each(|(&a, &b)| ties.tie(a, b));
                    wide.clone()
                }
                Op::BatchNorm(_) | Op::Relu | Op::MaxPool(_) | Op::AveragePool(_) => {
                    nodes[node.inputs[0]].clone()
                }
            };
            nodes.push(channels);
        }
        let count = ties.number(&mut nodes);
        let mut fixed = vec![false; count];
        let image = if pixels { None } else { nodes.first() };
        image.into_iter().chain(nodes.last()).flatten().for_each(|&group| fixed[group] = true);
        let layers = self.layer_groups(&nodes, pixels, &mut fixed);
        let pools = pools(&layers, &fixed);
        ChannelGroups { nodes, layers, pools, fixed }
    }

    fn layer_groups(
        &self,
        nodes: &[Vec<usize>],
        pixels: bool,
        fixed: &mut Vec<bool>,
    ) -> Vec<LayerGroups> {
        let mut layers = vec![LayerGroups::default(); self.layers().len()];
        let mut features = Vec::new();
        for (node, own) in self.nodes().iter().zip(nodes) {
            let Op::Layer(layer) = node.op else { continue };
            let source = node.inputs[0];
            let spec = &self.layers()[layer];
            let is_image = self.nodes()[source].op == Op::Input;
            let inputs = if pixels && is_image && spec.kind == LayerKind::Linear {
                if features.is_empty() {
                    features = (fixed.len()..fixed.len() + spec.channels).collect();
                    fixed.resize(fixed.len() + spec.channels, false);
                }
                features.clone()
            } else {
                nodes[source].clone()
            };
            layers[layer] = LayerGroups { inputs, units: own.clone() };
        }
        layers
    }
}

impl ChannelGroups {
    /// How many groups there are.
    pub fn count(&self) -> usize {
        self.fixed.len()
    }

    /// The group of each channel of the node with this index in [`Architecture::nodes`].
    pub fn of(&self, node: usize) -> &[usize] {
        &self.nodes[node]
    }

    /// The groups that the layer with this index in [`Architecture::layers`] reads and writes.
    pub fn layer(&self, layer: usize) -> &LayerGroups {
        &self.layers[layer]
    }

    /// The groups that can go and are read by some layer, in pools of those that the same layers write:
    /// the channels of a convolution, of all convolutions whose outputs are summed, or the parts of the
    /// image. A layer that keeps a channel of every pool has a unit and an input left.
    pub fn pools(&self) -> &[Vec<usize>] {
        &self.pools
    }

    /// Whether the group holds a channel of the image or a class, which no pruning can take away.
    pub fn is_fixed(&self, group: usize) -> bool {
        self.fixed[group]
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Convolution};

    #[test]
    fn sums_tie_and_concatenations_offset() {
        let mut net = Builder::new("t", [2, 4, 4]);
        let a = net.convolution(net.input(), "a", Convolution::new(3, 1));
        let b = net.convolution(net.input(), "b", Convolution::new(2, 1));
        let joined = net.concat(&[b, a]);
        let c = net.convolution(joined, "c", Convolution::new(5, 1));
        let c = net.batch_norm(c, "bn");
        let sum = net.add(joined, c);
        let pooled = net.max_pool(sum, 2);
        let out = net.linear(pooled, "fc", 3);
        let groups = net.build(out).unwrap().channel_groups();
        assert_eq!(groups.count(), 2 + 5 + 3);
        let [a, b] = [groups.of(1), groups.of(2)];
        assert_eq!(groups.of(3), [b, a].concat());
        for node in 4..8 {
            assert_eq!(groups.of(node), groups.of(3));
        }
        let fixed: Vec<_> = (0..groups.count()).filter(|&group| groups.is_fixed(group)).collect();
        assert_eq!(fixed, [groups.of(0), groups.of(8)].concat());
    }

    #[test]
    fn what_is_summed_with_the_image_is_fixed() {
        let mut net = Builder::new("t", [2, 4, 4]);
        let a = net.convolution(net.input(), "a", Convolution::new(2, 1));
        let sum = net.add(net.input(), a);
        let out = net.linear(sum, "fc", 3);
        let groups = net.build(out).unwrap().channel_groups();
        assert_eq!(groups.of(1), groups.of(0));
        assert!((0..groups.count()).all(|group| groups.is_fixed(group)));
    }
}

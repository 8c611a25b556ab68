use crate::architecture::{Architecture, Op};

/// Which channels of a network's values go together: a channel is there in all values of its group
/// or in none.
///
/// A unit's channel stays the same through norms, activations and pooling; a sum ties the channels of
/// its values one by one; a concatenation has the groups of its values one behind the other. The
/// features of a flattened map belong to the channel that they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelGroups {
    nodes: Vec<Vec<usize>>,
    fixed: Vec<bool>,
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
        let mut ties = Ties(Vec::new());
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
                Op::BatchNorm(_) | Op::Relu | Op::MaxPool(_) | Op::AveragePool(_) => {
                    nodes[node.inputs[0]].clone()
                }
            };
            nodes.push(channels);
        }
        ties.into_groups(nodes)
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

    /// Whether the group holds a channel of the image or a class, which no pruning can take away.
    pub fn is_fixed(&self, group: usize) -> bool {
        self.fixed[group]
    }
}

/// Channels with the number of one they are tied to, or their own: a forest of union-find.
struct Ties(Vec<usize>);

impl Ties {
    fn fresh(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    fn root(&mut self, mut channel: usize) -> usize {
        while self.0[channel] != channel {
            // Halves the way for the next one who asks.
            self.0[channel] = self.0[self.0[channel]];
            channel = self.0[channel];
        }
        channel
    }

    fn tie(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }

    /// Numbers the groups from 0 in the order in which they appear.
    fn into_groups(mut self, mut nodes: Vec<Vec<usize>>) -> ChannelGroups {
        let mut numbers = vec![None; self.0.len()];
        let mut count = 0;
        for channel in nodes.iter_mut().flatten() {
            let number = &mut numbers[self.root(*channel)];
            *channel = *number.get_or_insert_with(|| {
                count += 1;
                count - 1
            });
        }
        let mut fixed = vec![false; count];
        let ends = nodes.first().into_iter().chain(nodes.last());
        ends.flatten().for_each(|&group| fixed[group] = true);
        ChannelGroups { nodes, fixed }
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

use std::collections::HashMap;

use super::groups::LayerGroups;

/// The groups that can go and are read by some layer, in pools of those that the same layers write;
/// those that no layer writes, parts of the image, are one pool.
///
/// So a layer that keeps a channel of every pool that it writes has a unit left. The channels that a padded sum adds to
/// are two pools: those of both its values, and those of the wide one alone.
pub(super) fn pools(layers: &[LayerGroups], fixed: &[bool]) -> Vec<Vec<usize>> {
    let mut read = vec![false; fixed.len()];
    let mut writers: Vec<Vec<usize>> = vec![Vec::new(); fixed.len()];
    for (index, layer) in layers.iter().enumerate() {
        layer.inputs.iter().for_each(|&group| read[group] = true);
        layer.units.iter().for_each(|&group| writers[group].push(index));
    }
    let mut pools: Vec<Vec<usize>> = Vec::new();
    let mut places: HashMap<&[usize], usize> = HashMap::new();
    for (group, writers) in
        writers.iter().enumerate().filter(|(group, _)| read[*group] && !fixed[*group])
    {
        let place = *places.entry(writers).or_insert(pools.len());
        if place == pools.len() {
            pools.push(Vec::new());
        }
        pools[place].push(group);
    }
    pools
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Convolution};

    #[test]
    fn what_is_summed_competes_together_and_what_is_joined_apart() {
        let mut net = Builder::new("t", [2, 4, 4]);
        let a = net.convolution(net.input(), "a", Convolution::new(3, 1));
        let b = net.convolution(net.input(), "b", Convolution::new(3, 1));
        let c = net.convolution(net.input(), "c", Convolution::new(2, 1));
        let sum = net.add(a, b);
        let joined = net.concat(&[c, sum]);
        let out = net.linear(joined, "fc", 3);
        let architecture = net.build(out).unwrap();
        let groups = architecture.channel_groups();
        let [a, c] = [groups.of(1), groups.of(3)];
        assert_eq!(groups.pools(), [a, c]);
        assert_eq!(groups.layer(3).inputs, [c, a].concat());
        assert_eq!(groups.layer(1).units, a);

        // The image is not read by a linear layer: its channels can go, pixel by pixel they cannot.
        let with_pixels = architecture.channel_groups_with_pixels();
        assert_eq!(with_pixels.pools().len(), 3);
        assert_eq!(with_pixels.pools()[0], with_pixels.of(0));
    }

    #[test]
    fn a_padded_sum_has_two_pools() {
        let mut net = Builder::new("t", [2, 4, 4]);
        let a = net.convolution(net.input(), "a", Convolution::new(2, 1));
        let b = net.convolution(a, "b", Convolution::new(5, 1));
        let sum = net.add_padded(b, a);
        let out = net.linear(sum, "fc", 3);
        let groups = net.build(out).unwrap().channel_groups();
        let [a, b] = [groups.of(1), groups.of(2)];
        // One channel of zeros in front, two behind.
        assert_eq!(&b[1..3], a);
        assert_eq!(groups.pools(), [a.to_vec(), vec![b[0], b[3], b[4]]]);
        assert_eq!(groups.of(3), b);
    }

    #[test]
    fn a_linear_layer_reads_pixels() {
        let mut net = Builder::new("t", [2, 2, 2]);
        let x = net.linear(net.input(), "fc1", 3);
        let x = net.linear(x, "fc2", 2);
        let architecture = net.build(x).unwrap();
        assert_eq!(architecture.channel_groups().pools().len(), 1);
        let groups = architecture.channel_groups_with_pixels();
        assert_eq!(groups.pools(), [groups.of(1).to_vec(), (7..15).collect()]);
        assert_eq!(groups.layer(0).inputs, (7..15).collect::<Vec<_>>());
        assert!(!groups.is_fixed(7) && groups.is_fixed(groups.of(2)[0]));
    }
}

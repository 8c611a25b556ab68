use super::groups::LayerGroups;
use super::ties::Ties;

/// The groups that can go and are read by some layer, in pools of those that are written together;
/// those that no layer writes, parts of the image, are one pool.
pub(super) fn pools(layers: &[LayerGroups], fixed: &[bool]) -> Vec<Vec<usize>> {
    let mut ties = Ties::default();
    fixed.iter().for_each(|_| {
        ties.fresh();
    });
    let (mut read, mut written) = (vec![false; fixed.len()], vec![false; fixed.len()]);
    for layer in layers {
        layer.inputs.iter().for_each(|&group| read[group] = true);
        layer.units.iter().for_each(|&group| written[group] = true);
        layer.units.windows(2).for_each(|pair| ties.tie(pair[0], pair[1]));
    }
    let image: Vec<usize> = (0..fixed.len()).filter(|&group| !written[group]).collect();
    image.windows(2).for_each(|pair| ties.tie(pair[0], pair[1]));
    let mut numbers = vec![(0..fixed.len()).collect::<Vec<_>>()];
    let mut pools = vec![Vec::new(); ties.number(&mut numbers)];
    for (group, &pool) in numbers[0].iter().enumerate() {
        if read[group] && !fixed[group] {
            pools[pool].push(group);
        }
    }
    pools.retain(|pool| !pool.is_empty());
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
    fn a_linear_layer_reads_pixels() {
        let mut net = Builder::new("t", [2, 2, 2]);
        let x = net.linear(net.input(), "fc1", 3);
        let x = net.linear(x, "fc2", 2);
        let architecture = net.build(x).unwrap();
        assert_eq!(architecture.channel_groups().pools().len(), 1);
        let groups = architecture.channel_groups_with_pixels();
        assert_eq!(groups.pools(), [(7..15).collect(), groups.of(1).to_vec()]);
        assert_eq!(groups.layer(0).inputs, (7..15).collect::<Vec<_>>());
        assert!(!groups.is_fixed(7) && groups.is_fixed(groups.of(2)[0]));
    }
}

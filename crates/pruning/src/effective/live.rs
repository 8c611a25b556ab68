use std::iter::repeat_n;
use std::mem;

use models::{Architecture, Op};

use crate::mask::Mask;

/// The kept weights of `mask` that lie on a live path: one of kept weights alone, from the image to
/// the output.
///
/// Paths are followed channel by channel. A channel is *fed* when such a path leads from the image
/// to it, a unit is *heard* when one leads from it to a class; a weight is live when it is kept, the
/// channel that it takes is fed and its unit is heard. A channel passes norms, activations and
/// pooling as it is; a sum is fed by any of its values. A feature of a flattened map belongs to the
/// channel that it came from.
///
/// The weights that are left out are dead in one of two ways:
///
/// * Nothing hears the unit: the output does not depend on the weight at all.
/// * Nothing feeds the channel: it has the same value for every image, made of biases and of the
///   shifts of norms. The weight passes on a constant, which could be folded into the bias of its
///   unit (but for the margin that padding gives a map), and 0 where there are no such constants.
///   So a constant does not make weights live, but a network with biases computes something else
///   when such weights are cut and nothing is folded.
///
/// Positions inside a channel are not told apart: a weight that reads nothing but padding, or an
/// edge that nothing behind it looks at, counts as any other of its channel.
pub fn live(architecture: &Architecture, mask: &Mask) -> Mask {
    let mut live = mask.clone();
    cut_unfed(architecture, &mut live);
    cut_unheard(architecture, &mut live);
    live
}

/// The layers without a live weight, where `live` is what [`live`](live()) has found, in order of
/// computation.
///
/// Where these are all layers, every path is cut and the output is the same for all images. Where
/// they are some, the network still computes, around them: an empty branch of a residual sum is
/// such a layer.
pub fn disconnected(live: &Mask) -> Vec<&str> {
    let empty = live.layers.iter().filter(|layer| !layer.keep.contains(&true));
    empty.map(|layer| layer.name.as_str()).collect()
}

/// Cuts the weights whose channel is not fed. Values are one flag for each channel.
fn cut_unfed(architecture: &Architecture, mask: &mut Mask) {
    let image = vec![true; architecture.input_shape()[0]];
    architecture.walk(image, |op, mut inputs| match *op {
        Op::Layer(layer) => {
            let units = architecture.layers()[layer].units;
            keep_fed(&mut mask.layers[layer].keep, units, &inputs[0])
        }
        Op::Concat => inputs.concat(),
        Op::AddPadded => {
            let (mut fed, narrow) = (inputs.swap_remove(0), inputs.swap_remove(0));
            let front = Op::zeros_in_front(fed.len(), narrow.len());
            unite(&mut fed[front..], &narrow);
            fed
        }
        Op::Input | Op::BatchNorm(_) | Op::Relu | Op::Add | Op::MaxPool(_) | Op::AveragePool(_) => {
            let mut fed = inputs.swap_remove(0);
            inputs.iter().for_each(|other| unite(&mut fed, other));
            fed
        }
    });
}

/// Cuts the weights of units that are not heard.
fn cut_unheard(architecture: &Architecture, mask: &mut Mask) {
    let nodes = architecture.nodes();
    let mut heard: Vec<_> = nodes.iter().map(|node| vec![false; node.shape[0]]).collect();
    if let Some(classes) = heard.last_mut() {
        classes.fill(true);
    }
    // All readers of a value come behind it: what they hear is complete when its turn comes.
    for (index, node) in nodes.iter().enumerate().rev() {
        let own = mem::take(&mut heard[index]);
        match node.op {
            Op::Layer(layer) => {
                keep_heard(&mut mask.layers[layer].keep, &own, &mut heard[node.inputs[0]]);
            }
            Op::Concat => {
                let mut rest = own.as_slice();
                for &source in &node.inputs {
                    let (part, others) = rest.split_at(heard[source].len());
                    rest = others;
                    unite(&mut heard[source], part);
                }
            }
            Op::AddPadded => {
                let [wide, narrow] = [node.inputs[0], node.inputs[1]];
                let front = Op::zeros_in_front(own.len(), heard[narrow].len());
                unite(&mut heard[wide], &own);
                unite(&mut heard[narrow], &own[front..]);
            }
            Op::Input
            | Op::BatchNorm(_)
            | Op::Relu
            | Op::Add
            | Op::MaxPool(_)
            | Op::AveragePool(_) => {
                node.inputs.iter().for_each(|&source| unite(&mut heard[source], &own));
            }
        }
    }
}

/// Cuts the weights that take a channel which is not `fed`; which units have a weight left.
///
/// Channels are spread over the weights that take them (a kernel, or the features that a map's
/// channel was flattened into) once for all units, so that the loop over the weights is one of bytes
/// side by side.
fn keep_fed(keep: &mut [bool], units: usize, fed: &[bool]) -> Vec<bool> {
    let fan_in = keep.len() / units;
    let share = fan_in / fed.len();
    let fed: Vec<bool> = fed.iter().flat_map(|&fed| repeat_n(fed, share)).collect();
    let unit = |row: &mut [bool]| {
        row.iter_mut().zip(&fed).fold(false, |any, (keep, fed)| {
            *keep &= fed;
            any | *keep
        })
    };
    keep.chunks_exact_mut(fan_in).map(unit).collect()
}

/// Cuts the weights of units that are not `heard`; adds the channels that the others hear to
/// `channels`.
fn keep_heard(keep: &mut [bool], heard: &[bool], channels: &mut [bool]) {
    let fan_in = keep.len() / heard.len();
    let mut taken = vec![false; fan_in];
    for (row, &heard) in keep.chunks_exact_mut(fan_in).zip(heard) {
        if heard {
            unite(&mut taken, row);
        } else {
            row.fill(false);
        }
    }
    let shares = taken.chunks_exact(fan_in / channels.len());
    channels.iter_mut().zip(shares).for_each(|(channel, share)| *channel |= share.contains(&true));
}

fn unite(flags: &mut [bool], others: &[bool]) {
    flags.iter_mut().zip(others).for_each(|(flag, other)| *flag |= other);
}

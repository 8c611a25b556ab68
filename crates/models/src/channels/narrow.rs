use super::resize::UnequalSum;
use crate::architecture::{Architecture, Op};
use crate::error::ModelError;

/// A tensor whose shape fits no narrower network of the description.
#[derive(Debug)]
pub(crate) struct Misfit {
    /// Its name in the file.
    pub(crate) tensor: String,
    /// What was found, what was expected.
    pub(crate) problem: String,
}

impl Architecture {
    /// The same network with the widths that these shapes tell, each at most that of the description:
    /// the shape of a tensor by PyTorch's name, such as `fc1.weight`, or `None` where there is none. A
    /// layer that has a `.bias` gets one. Tensors that are missing have the shape of the description.
    ///
    /// The widths are those of the weights' units. What follows from them (the channels of the layers
    /// behind, norms) is not compared here; [`Network::load_narrowed`](crate::Network::load_narrowed)
    /// does.
    ///
    /// # Errors
    /// When a weight is no narrower version of the description's, when values that are summed get
    /// different widths, or the classes are not as many.
    pub fn narrowed_to<'a>(
        &self,
        shape: impl Fn(&str) -> Option<&'a [usize]>,
    ) -> Result<Self, ModelError> {
        self.narrowed(shape).map_err(|Misfit { tensor, problem }| ModelError::Layer {
            network: self.name.clone(),
            layer: tensor,
            problem,
        })
    }

    /// As [`narrowed_to`](Self::narrowed_to), and tells which tensor does not fit.
    pub(crate) fn narrowed<'a>(
        &self,
        shape: impl Fn(&str) -> Option<&'a [usize]>,
    ) -> Result<Self, Misfit> {
        let described = self.with_biases(|name| shape(name).is_some());
        let (mut units, mut biases) = (Vec::new(), Vec::new());
        for layer in &described.layers {
            let (tensor, expected) = (format!("{}.weight", layer.name), layer.torch_shape());
            let found = shape(&tensor).unwrap_or(&expected);
            let mut lengths = found.iter().zip(&expected);
            if found.len() != expected.len() || lengths.any(|(&a, b)| a == 0 || a > *b) {
                let problem = format!("shape {found:?}; expected {expected:?}");
                return Err(Misfit { tensor, problem });
            }
            units.push(found[0]);
            biases.push(layer.bias);
        }
        let narrowed = match described.resized(&units, &biases) {
            Ok(narrowed) => narrowed,
            Err(sum) => return Err(self.unequal(&sum)),
        };
        let output = narrowed.nodes.len() - 1;
        if narrowed.classes() != self.classes() {
            let (found, expected) = (narrowed.classes(), self.classes());
            let problem = format!("{found} units; expected {expected}, one for each class");
            return Err(Misfit { tensor: self.origin(output), problem });
        }
        Ok(narrowed)
    }

    /// The same network with a bias in the layers whose tensor `<layer>.bias` is `there`, beside those
    /// that have one.
    pub(crate) fn with_biases(&self, there: impl Fn(&str) -> bool) -> Self {
        let mut with = self.clone();
        with.layers
            .iter_mut()
            .for_each(|layer| layer.bias |= there(&format!("{}.bias", layer.name)));
        with
    }

    fn unequal(&self, sum: &UnequalSum) -> Misfit {
        let inputs = &self.nodes[sum.node].inputs;
        let first = sum.channels[0];
        let other = sum.channels.iter().position(|&channels| channels != first);
        let other = other.expect("one of the values differs from the first");
        let (tensor, partner) = (self.origin(inputs[other]), self.origin(inputs[0]));
        let bound = match self.nodes[sum.node].op {
            Op::AddPadded => format!("at most {first}: no more than"),
            _ => format!("{first}, as many as"),
        };
        let problem = format!(
            "{} units; expected {bound} \"{partner}\" with which they are summed",
            sum.channels[other]
        );
        Misfit { tensor, problem }
    }

    /// The weight whose units decide how many channels the node has; of a concatenation, the first.
    fn origin(&self, mut node: usize) -> String {
        loop {
            match self.nodes[node].op {
                Op::Layer(layer) => return format!("{}.weight", self.layers[layer].name),
                Op::Input => return "image".to_owned(),
                _ => node = self.nodes[node].inputs[0],
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::{Architecture, Builder, Convolution};

    fn residual() -> Architecture {
        let mut net = Builder::new("t", [2, 4, 4]);
        let x = net.convolution(net.input(), "a", Convolution::new(6, 1).bias(false));
        let y = net.convolution(x, "b", Convolution::new(6, 3).padding(1));
        let sum = net.add(x, y);
        let sum = net.batch_norm(sum, "bn");
        let x = net.linear(sum, "fc", 3);
        net.build(x).unwrap()
    }

    fn narrowed(shapes: &[(&str, &[usize])]) -> Result<Architecture, String> {
        let shapes: BTreeMap<_, _> = shapes.iter().copied().collect();
        let narrowed = residual().narrowed_to(|name| shapes.get(name).copied());
        narrowed.map_err(|error| error.to_string())
    }

    #[test]
    fn widths_follow_the_shapes() {
        assert_eq!(narrowed(&[]).unwrap(), residual());
        let smaller: &[(&str, &[usize])] = &[
            ("a.weight", &[4, 2, 1, 1]),
            ("a.bias", &[4]),
            ("b.weight", &[4, 4, 3, 3]),
            ("fc.weight", &[3, 64]),
        ];
        let smaller = narrowed(smaller).unwrap();
        let layers = smaller.layers().iter().map(|layer| (layer.units, layer.channels, layer.bias));
        assert_eq!(layers.collect::<Vec<_>>(), [(4, 2, true), (4, 4, true), (3, 64, true)]);
        assert_eq!(smaller.norms()[0].channels, 4);
        assert_eq!(smaller.nodes()[4].shape, [4, 4, 4]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let told = |name, shape: &[usize]| narrowed(&[(name, shape)]).unwrap_err();
        let message = told("a.weight", &[7, 2, 1, 1]);
        assert!(message.contains("\"a.weight\": shape [7, 2, 1, 1]; expected [6, 2"), "{message}");
        assert!(told("fc.weight", &[3, 96, 1]).contains("expected [3, 96]"));
        assert!(told("b.weight", &[0, 6, 3, 3]).contains("\"b.weight\": shape [0"));
        let message = told("b.weight", &[4, 6, 3, 3]);
        assert!(message.contains("\"b.weight\": 4 units; expected 6, as many"), "{message}");
        assert!(message.contains("\"a.weight\""), "{message}");
        let message = told("fc.weight", &[2, 96]);
        assert!(message.contains("\"fc.weight\": 2 units; expected 3"), "{message}");
    }
}

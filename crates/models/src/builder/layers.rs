//! What has parameters: layers and norms.

use super::{Builder, Convolution, Value};
use crate::architecture::Op;
use crate::layer::{LayerKind, LayerSpec};
use crate::norm::NormSpec;

/// PyTorch's default.
const EPSILON: f64 = 1e-5;

impl Builder {
    /// A fully connected layer with bias over the flattened value.
    pub fn linear(&mut self, x: Value, name: &str, units: usize) -> Value {
        self.dense(x, name, units, true)
    }

    /// A fully connected layer without bias over the flattened value.
    pub fn linear_without_bias(&mut self, x: Value, name: &str, units: usize) -> Value {
        self.dense(x, name, units, false)
    }

    /// A convolution.
    pub fn convolution(&mut self, x: Value, name: &str, convolution: Convolution) -> Value {
        let [channels, height, width] = self.shape(x);
        let Convolution { filters, kernel, stride, padding, bias } = convolution;
        let output = convolution.output(height).zip(convolution.output(width));
        if output.is_none() || kernel == 0 {
            let problem = format!(
                "a kernel of {kernel}x{kernel} with stride {stride} and padding {padding} does not \
                 fit an input of {height}x{width}"
            );
            self.reject(name, problem);
        }
        let (out_height, out_width) = output.unwrap_or((1, 1));
        self.layer(
            x,
            LayerSpec {
                name: name.to_owned(),
                kind: LayerKind::Convolution { stride: [stride; 2], padding: [padding; 2] },
                units: filters,
                channels,
                kernel: [kernel; 2],
                output: [out_height, out_width],
                bias,
            },
        )
    }

    /// Batch normalisation of each channel: with the statistics of the batch in training, with
    /// running ones in evaluation; then a scale and a shift.
    pub fn batch_norm(&mut self, x: Value, name: &str) -> Value {
        self.check_name(name);
        let shape = self.shape(x);
        if shape[0] == 0 {
            self.reject(name, "0 channels; expected at least 1".to_owned());
        }
        let norm = NormSpec { name: name.to_owned(), channels: shape[0], epsilon: EPSILON };
        self.architecture.norms.push(norm);
        self.push(Op::BatchNorm(self.architecture.norms.len() - 1), &[x], shape)
    }

    fn dense(&mut self, x: Value, name: &str, units: usize, bias: bool) -> Value {
        let channels = self.shape(x).iter().product();
        self.layer(
            x,
            LayerSpec {
                name: name.to_owned(),
                kind: LayerKind::Linear,
                units,
                channels,
                kernel: [1, 1],
                output: [1, 1],
                bias,
            },
        )
    }

    fn layer(&mut self, x: Value, spec: LayerSpec) -> Value {
        if spec.weights() == 0 {
            let problem = format!(
                "{} units of {} inputs; expected at least 1 of each",
                spec.units,
                spec.fan_in()
            );
            self.reject(&spec.name, problem);
        }
        self.check_name(&spec.name);
        let shape = [spec.units, spec.output[0], spec.output[1]];
        self.architecture.layers.push(spec);
        self.push(Op::Layer(self.architecture.layers.len() - 1), &[x], shape)
    }

    fn check_name(&mut self, name: &str) {
        if self.architecture.layers.iter().any(|layer| layer.name == name) {
            self.reject(name, "the name is taken by an earlier layer".to_owned());
        } else if self.architecture.norms.iter().any(|norm| norm.name == name) {
            self.reject(name, "the name is taken by an earlier norm".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::tests::rejection;

    #[test]
    fn shapes_follow_stride_and_padding() {
        let mut net = Builder::new("t", [3, 11, 7]);
        let x = net.convolution(net.input(), "c", Convolution::new(4, 3).stride(2).padding(1));
        let x = net.max_pool(x, 2);
        let architecture = net.build(x).unwrap();
        assert_eq!(architecture.layers()[0].output, [6, 4]);
        assert_eq!(architecture.nodes()[2].shape, [4, 3, 2]);
        assert_eq!(architecture.multiply_adds(), 4 * 27 * 24);
    }

    #[test]
    fn norms_and_biases_are_counted() {
        let mut net = Builder::new("t", [2, 4, 4]);
        let x = net.convolution(net.input(), "conv1", Convolution::new(3, 1).bias(false));
        let x = net.batch_norm(x, "bn1");
        let x = net.linear_without_bias(x, "fc", 5);
        let architecture = net.build(x).unwrap();
        assert_eq!(
            architecture.norms(),
            [NormSpec { name: "bn1".to_owned(), channels: 3, epsilon: 1e-5 }]
        );
        assert_eq!(architecture.nodes()[2].shape, [3, 4, 4]);
        assert_eq!(architecture.prunable_weights(), 6 + 240);
        assert_eq!(architecture.parameters(), 6 + 240 + 6);
        assert_eq!(architecture.multiply_adds(), 6 * 16 + 240);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let image = [1, 4, 4];
        let message =
            rejection(image, |net, x| net.convolution(x, "conv9", Convolution::new(4, 5)));
        assert!(
            message.contains("conv9") && message.contains("5x5") && message.contains("4x4"),
            "{message}"
        );
        let message = rejection(image, |net, x| net.linear(x, "fc", 0));
        assert!(message.contains("at least 1"), "{message}");
        rejection(image, |net, x| net.convolution(x, "c", Convolution::new(1, 3).stride(0)));
        let message = rejection([0, 4, 4], |net, x| net.batch_norm(x, "bn"));
        assert!(message.contains("\"bn\": 0 channels"), "{message}");
    }

    #[test]
    fn names_are_unique() {
        let image = [1, 4, 4];
        let layers = rejection(image, |net, x| {
            let x = net.linear(x, "fc", 3);
            net.linear(x, "fc", 3)
        });
        assert!(layers.contains("\"fc\"") && layers.contains("taken"), "{layers}");
        let norms = rejection(image, |net, x| {
            let x = net.batch_norm(x, "bn");
            net.batch_norm(x, "bn")
        });
        assert!(norms.contains("\"bn\"") && norms.contains("earlier norm"), "{norms}");
        let both = rejection(image, |net, x| {
            let x = net.linear(x, "one", 3);
            net.batch_norm(x, "one")
        });
        assert!(both.contains("\"one\"") && both.contains("earlier layer"), "{both}");
    }
}

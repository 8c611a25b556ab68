use std::fmt;
use std::str::FromStr;

use chacha20::ChaCha8Rng;
use rand::SeedableRng;
use rand::distr::{Distribution, Uniform};
use rand_distr::StandardNormal;
use sha2::{Digest, Sha256};

use crate::error::ModelError;
use crate::layer::{LayerKind, LayerSpec};

/// Standard deviation of the weights of a VGG's linear layers.
const VGG_DEVIATION: f32 = 0.01;

/// How the initial values of a layer are drawn.
///
/// Every tensor has a generator of its own, keyed by the seed and the tensor's name, so that the
/// values depend neither on the order of layers nor on what else is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Initialisation {
    /// Weights and biases uniform on ±1/√fan_in: PyTorch's default for linear and convolutional
    /// layers (Kaiming uniform with a = √5).
    KaimingUniform,
    /// Weights normal with variance 2/(fan_in + fan_out), biases 0: the lottery-ticket paper's
    /// "Gaussian Glorot" (arXiv 1803.03635).
    GlorotNormal,
    /// Weights normal with variance 2/fan_in, biases 0: made for networks of rectifiers (He et al. 2015,
    /// arXiv 1502.01852), so that values keep their size from layer to layer.
    KaimingNormal,
    /// Convolutions normal with variance 2/fan_out and biases 0, so that gradients keep their size;
    /// linear layers as in `KaimingUniform`: as torchvision draws its residual networks, and as those and the
    /// DenseNets of the SiPP authors' code are drawn.
    KaimingNormalFanOut,
    /// As `KaimingNormalFanOut`, with biases of linear layers 0: the wide residual networks of the SiPP authors'
    /// code.
    WideResnet,
    /// Convolutions normal with variance 2/fan_out, weights of linear layers normal with standard deviation 0.01,
    /// biases 0: torchvision's VGGs.
    Vgg,
}

impl Initialisation {
    /// Every scheme.
    pub const ALL: &[Self] = &[
        Self::KaimingUniform,
        Self::GlorotNormal,
        Self::KaimingNormal,
        Self::KaimingNormalFanOut,
        Self::WideResnet,
        Self::Vgg,
    ];

    /// The scheme's name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KaimingUniform => "kaiming-uniform",
            Self::GlorotNormal => "glorot-normal",
            Self::KaimingNormal => "kaiming-normal",
            Self::KaimingNormalFanOut => "kaiming-normal-fan-out",
            Self::WideResnet => "wide-resnet",
            Self::Vgg => "vgg",
        }
    }

    /// Weights of `layer` as `[units, fan_in]`, row by row.
    pub(crate) fn weight(self, layer: &LayerSpec, seed: u64) -> Vec<f32> {
        let rng = generator(seed, &layer.name, "weight");
        let (fan_in, fan_out, count) = (layer.fan_in(), layer.fan_out(), layer.weights());
        match (self, layer.kind) {
            (Self::KaimingUniform, _)
            | (Self::KaimingNormalFanOut | Self::WideResnet, LayerKind::Linear) => {
                uniform(rng, fan_in, count)
            }
            (Self::GlorotNormal, _) => normal(rng, kaiming(fan_in + fan_out), count),
            (Self::KaimingNormal, _) => normal(rng, kaiming(fan_in), count),
            (Self::Vgg, LayerKind::Linear) => normal(rng, VGG_DEVIATION, count),
            (Self::KaimingNormalFanOut | Self::WideResnet | Self::Vgg, _) => {
                normal(rng, kaiming(fan_out), count)
            }
        }
    }

    /// Biases of `layer`.
    pub(crate) fn bias(self, layer: &LayerSpec, seed: u64) -> Vec<f32> {
        match (self, layer.kind) {
            (Self::KaimingUniform, _) | (Self::KaimingNormalFanOut, LayerKind::Linear) => {
                uniform(generator(seed, &layer.name, "bias"), layer.fan_in(), layer.units)
            }
            _ => vec![0.0; layer.units],
        }
    }
}

impl fmt::Display for Initialisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Initialisation {
    type Err = ModelError;

    fn from_str(name: &str) -> Result<Self, ModelError> {
        Self::ALL.iter().copied().find(|scheme| scheme.as_str() == name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|scheme| scheme.as_str()).collect();
            ModelError::Request {
                network: "any".to_owned(),
                problem: format!(
                    "unknown initialisation \"{name}\"; expected one of: {}",
                    names.join(", ")
                ),
            }
        })
    }
}

fn uniform(rng: ChaCha8Rng, fan_in: usize, count: usize) -> Vec<f32> {
    let bound = 1.0 / (fan_in as f32).sqrt();
    let range = Uniform::new_inclusive(-bound, bound).expect("a layer has at least one input");
    range.sample_iter(rng).take(count).collect()
}

/// Standard deviation for a variance of 2/fan.
fn kaiming(fan: usize) -> f32 {
    (2.0 / fan as f32).sqrt()
}

fn normal(rng: ChaCha8Rng, deviation: f32, count: usize) -> Vec<f32> {
    StandardNormal.sample_iter(rng).take(count).map(|z: f32| z * deviation).collect()
}

fn generator(seed: u64, layer: &str, tensor: &str) -> ChaCha8Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(layer.as_bytes());
    hash.update(b".");
    hash.update(tensor.as_bytes());
    ChaCha8Rng::from_seed(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(name: &str) -> LayerSpec {
        LayerSpec {
            name: name.to_owned(),
            kind: LayerKind::Linear,
            units: 300,
            channels: 784,
            kernel: [1, 1],
            output: [1, 1],
            bias: true,
        }
    }

    fn moments(values: &[f32]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
        (mean, values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n)
    }

    #[test]
    fn kaiming_uniform_has_pytorchs_bounds() {
        let draws = Initialisation::KaimingUniform.weight(&layer("fc1"), 3);
        let (mean, variance) = moments(&draws);
        assert!(draws.iter().all(|w| w.abs() <= 1.0 / 28.0));
        assert!(
            mean.abs() < 2e-4 && (variance * 3.0 * 784.0 - 1.0).abs() < 0.01,
            "{mean} {variance}"
        );
        assert!(Initialisation::KaimingUniform.bias(&layer("fc1"), 3).iter().any(|&b| b != 0.0));
    }

    #[test]
    fn glorot_normal_has_its_variance() {
        let (mean, variance) = moments(&Initialisation::GlorotNormal.weight(&layer("fc1"), 3));
        assert!(mean.abs() < 4e-4 && (variance * 542.0 - 1.0).abs() < 0.02, "{mean} {variance}");
        assert!(Initialisation::GlorotNormal.bias(&layer("fc1"), 3).iter().all(|&b| b == 0.0));
    }

    #[test]
    fn kaiming_normal_has_its_variance() {
        let convolution = LayerSpec {
            kind: LayerKind::Convolution { stride: [1; 2], padding: [0; 2] },
            units: 128,
            channels: 64,
            kernel: [3; 2],
            ..layer("conv")
        };
        for (scheme, layer, fan) in [
            (Initialisation::KaimingNormal, layer("fc1"), 784.0),
            (Initialisation::KaimingNormal, convolution.clone(), 576.0),
            (Initialisation::KaimingNormalFanOut, convolution, 1152.0),
        ] {
            let (mean, variance) = moments(&scheme.weight(&layer, 3));
            assert!(mean.abs() < 4e-4, "{scheme}: {mean}");
            assert!((variance * fan / 2.0 - 1.0).abs() < 0.02, "{scheme}: {variance}");
            assert_eq!(scheme.bias(&layer, 3), vec![0.0; layer.units], "{scheme}");
        }
    }

    #[test]
    fn schemes_of_families_differ_in_linear_layers() {
        use Initialisation::{KaimingNormalFanOut, KaimingUniform, Vgg, WideResnet};
        let convolution = LayerSpec {
            kind: LayerKind::Convolution { stride: [1; 2], padding: [0; 2] },
            ..layer("conv")
        };
        for scheme in [WideResnet, Vgg] {
            let drawn = scheme.weight(&convolution, 3);
            assert_eq!(drawn, KaimingNormalFanOut.weight(&convolution, 3), "{scheme}");
            assert_eq!(scheme.bias(&convolution, 3), vec![0.0; 300], "{scheme}");
            assert_eq!(scheme.bias(&layer("fc"), 3), vec![0.0; 300], "{scheme}");
        }
        for scheme in [KaimingNormalFanOut, WideResnet] {
            let drawn = scheme.weight(&layer("fc"), 3);
            assert_eq!(drawn, KaimingUniform.weight(&layer("fc"), 3), "{scheme}");
        }
        let biases = KaimingNormalFanOut.bias(&layer("fc"), 3);
        assert_eq!(biases, KaimingUniform.bias(&layer("fc"), 3));
        let (mean, variance) = moments(&Vgg.weight(&layer("fc"), 3));
        assert!(mean.abs() < 1e-4 && (variance * 1e4 - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[test]
    fn values_depend_on_seed_and_name_alone() {
        let draw = |name, seed| Initialisation::KaimingUniform.weight(&layer(name), seed);
        assert_eq!(draw("fc1", 1), draw("fc1", 1));
        assert_ne!(draw("fc1", 1), draw("fc1", 2));
        assert_ne!(draw("fc1", 1), draw("fc2", 1));
    }

    /// Recorded once: a change here changes every result of every seed.
    #[test]
    fn the_stream_never_changes() {
        let draws = Initialisation::KaimingUniform.weight(&layer("fc1"), 1);
        assert_eq!(draws[..3], PINNED);
    }
    const PINNED: [f32; 3] = [0.012754999, 0.015641075, -0.032658134];
}

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use models::{Architecture, ModelError, Network, NormValues};

use crate::csr::{self, Contents};
use crate::network::Inference;
use crate::pattern::Pattern;
use crate::pixels::Pixels;

/// A pruned network that answers: it computes with the weights that are stored, and no others, on one thread of
/// the CPU.
///
/// ```
/// use burn::tensor::Device;
/// use models::{Initialisation, Network, zoo};
/// use sparse::{Predictor, csr};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lenet.csr.safetensors");
/// // A file is made of a network (here of one that is not pruned) and what it was built from …
/// let request = zoo::Request::named("lenet-300-100");
/// let architecture = zoo::architecture(&request)?;
/// let network = Network::new(architecture, Initialisation::KaimingUniform, 7, &Device::flex());
/// csr::save(&network, &request, &path)?;
///
/// // … and is all that it takes to predict.
/// let mut predictor = Predictor::load(&path)?;
/// let images = [vec![0.5; 28 * 28], vec![-0.5; 28 * 28]];
/// let logits = predictor.predict(&images.each_ref().map(Vec::as_slice));
/// assert_eq!(logits.len(), 2 * 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Predictor {
    architecture: Architecture,
    inference: Inference,
}

impl Predictor {
    /// The network with its weights that are not zero.
    pub fn new(network: &Network) -> Self {
        let layers = network.architecture().layers().iter().enumerate();
        let patterns = layers.map(|(index, layer)| {
            Pattern::of_weights(layer.fan_in(), &network.weight_values(index))
        });
        Self::with_patterns(network, patterns.collect())
    }

    /// The network with the weights of these patterns, one a layer, each `[units, fan_in]`; the others are taken
    /// for zero.
    ///
    /// # Panics
    /// When the patterns are not of the network's layers.
    pub fn with_patterns(network: &Network, patterns: Vec<Pattern>) -> Self {
        let architecture = network.architecture().clone();
        let layers = patterns.iter().enumerate().map(|(index, pattern)| {
            (pattern.compress(&network.weight_values(index)), network.bias_values(index))
        });
        let layers = layers.collect();
        let norms = (0..architecture.norms().len()).map(|norm| network.norm_values(norm));
        Self::of(architecture, patterns, layers, norms.collect())
    }

    /// Reads a [file of compressed rows](crate::csr) of a network of the [zoo](models::zoo). Nothing in it is
    /// trusted: memory is bounded by a small multiple of the file's size, and by the image that it names, of at
    /// most 2²² values.
    ///
    /// # Errors
    /// When the file cannot be read, is no such file or cut short, or is of another version; when it names a network that the zoo does not have; when tensors
    /// are missing or unknown, or one has another type or shape than the network's; when rows are no
    /// [compressed rows](Pattern::from_rows), or a number is not finite, or a variance below 0.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        csr::read(path).map(Self::of_contents)
    }

    /// As [`load`](Self::load), for a network that the zoo does not have.
    ///
    /// # Errors
    /// As [`load`](Self::load), and when the file holds a network of another name, or for other images.
    pub fn load_as(architecture: &Architecture, path: &Path) -> Result<Self, ModelError> {
        csr::read_as(architecture, path).map(Self::of_contents)
    }

    fn of_contents(contents: Contents) -> Self {
        let Contents { architecture, layers, norms } = contents;
        let layers = layers.into_iter().map(|layer| (layer.pattern, (layer.values, layer.bias)));
        let (patterns, layers) = layers.unzip();
        Self::of(architecture, patterns, layers, norms)
    }

    fn of(
        architecture: Architecture,
        patterns: Vec<Pattern>,
        layers: Vec<(Vec<f32>, Option<Vec<f32>>)>,
        norms: Vec<NormValues>,
    ) -> Self {
        let inference = Inference::new(&architecture, patterns, layers, norms);
        Self { architecture, inference }
    }

    /// Logits `[batch, classes]`, row by row, of images `[channels, height, width]` each, normalised as those
    /// that the network was trained on. Norms use their running statistics.
    ///
    /// Memory for the values of a batch is kept for the next one of the same size; that is what is mutable.
    ///
    /// # Panics
    /// When an image is not of the network's size.
    pub fn predict(&mut self, images: &[&[f32]]) -> Vec<f32> {
        self.inference.predict(images.len(), |input| input.read(images.iter().copied()))
    }

    /// The same of images as bytes.
    ///
    /// # Panics
    /// When the bytes are no whole number of images, or the tables not one for each channel.
    pub fn predict_pixels(&mut self, images: Pixels<'_>) -> Vec<f32> {
        let values = self.architecture.input_shape().iter().product::<usize>();
        self.inference.predict(images.bytes.len() / values, |input| input.read_pixels(images))
    }

    /// The same, from images `[batch, channels, height, width]` to logits `[batch, classes]` on their device, as
    /// [`Network::forward`].
    ///
    /// # Panics
    /// When images are not of the network's size, or there are none.
    pub fn forward(&mut self, images: Tensor<4>) -> Tensor<2> {
        let (count, device) = (images.dims()[0], images.device());
        let images = images.into_data();
        let images: &[f32] = images.as_slice().expect("images are f32");
        let rows: Vec<_> = images.chunks_exact(images.len() / count).collect();
        let logits = self.predict(&rows);
        let classes = logits.len() / count;
        Tensor::from_data(TensorData::new(logits, [count, classes]), &device)
    }

    /// The network's description.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Which weights are stored of each layer.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.inference.patterns()
    }

    /// The stored weights of the layer with this index in [`Architecture::layers`].
    pub fn weights(&self, layer: usize) -> &[f32] {
        self.inference.weights(layer)
    }

    /// Stored weights of all layers.
    pub fn stored(&self) -> usize {
        self.patterns().map(Pattern::stored).sum()
    }

    /// An ordinary network with the same values, and zeros for the weights that are not stored.
    pub fn network(&self, device: &Device) -> Network {
        self.inference.network(self.architecture.clone(), device)
    }
}

use std::sync::Arc;

use burn::module::{Module, ParamId};
use burn::nn::BatchNorm;
use burn::tensor::{Device, Tensor};

use crate::architecture::Architecture;
use crate::init::Initialisation;
use crate::norm::{self, NormValues};
use crate::parameters::{Parameters, plain, values};

/// A network: an [`Architecture`], the parameters of its layers and its norms.
///
/// It is a burn [`Module`]; cloning it is cheap, and `train()` and `valid()` give its twins with
/// and without gradients. The parameters of a clone are its own as soon as they change, but **the
/// running statistics of norms are shared between clones**, and `fork` and `to_device` do not part
/// them: training one clone moves the statistics of the other. [`detached`](Self::detached) gives
/// a copy that shares nothing, and so do `train()` and `valid()`.
#[derive(Module, Debug)]
pub struct Network {
    parameters: Vec<Parameters>,
    norms: Vec<BatchNorm>,
    #[module(skip)]
    architecture: Arc<Architecture>,
}

impl Network {
    /// A network with initial values drawn from `seed`; norms start out changing nothing.
    pub fn new(
        architecture: Architecture,
        scheme: Initialisation,
        seed: u64,
        device: &Device,
    ) -> Self {
        Self::drawn(&Arc::new(architecture), scheme, seed, device)
    }

    /// The same architecture with fresh initial values drawn from `seed` and norms that have seen
    /// no batch, on the same device.
    pub fn redrawn(&self, scheme: Initialisation, seed: u64) -> Self {
        Self::drawn(&self.architecture, scheme, seed, &self.device())
    }

    fn drawn(
        architecture: &Arc<Architecture>,
        scheme: Initialisation,
        seed: u64,
        device: &Device,
    ) -> Self {
        let layers = architecture.layers().iter();
        let layers = layers.map(|layer| (scheme.weight(layer, seed), scheme.bias(layer, seed)));
        let norms = architecture.norms().iter().map(NormValues::initial);
        Self::from_values(architecture, layers, norms, device)
    }

    /// A network from explicit values: for each layer its weights as `[units, fan_in]`, row by
    /// row, and its biases (ignored where the layer has none), and what each norm holds.
    pub(crate) fn from_values(
        architecture: &Arc<Architecture>,
        layers: impl IntoIterator<Item = (Vec<f32>, Vec<f32>)>,
        norms: impl IntoIterator<Item = NormValues>,
        device: &Device,
    ) -> Self {
        let layers = architecture.layers().iter().zip(layers);
        let norms = architecture.norms().iter().zip(norms);
        Self {
            parameters: layers
                .map(|(spec, (weight, bias))| Parameters::new(spec, weight, bias, device))
                .collect(),
            norms: norms.map(|(spec, values)| values.place(spec, device)).collect(),
            architecture: architecture.clone(),
        }
    }

    /// The same architecture with other values, on the same device: for each layer its weights as
    /// `[units, fan_in]`, row by row, and its biases (ignored where the layer has none), and what each
    /// norm holds.
    ///
    /// # Panics
    /// When there are more or fewer values than the network has.
    pub fn with_values(
        &self,
        layers: impl IntoIterator<Item = (Vec<f32>, Vec<f32>)>,
        norms: impl IntoIterator<Item = NormValues>,
    ) -> Self {
        let network = Self::from_values(&self.architecture, layers, norms, &self.device());
        let expected = (self.parameters.len(), self.norms.len());
        assert_eq!((network.parameters.len(), network.norms.len()), expected, "layers and norms");
        network
    }

    /// A network of this description from explicit values, as [`with_values`](Self::with_values) takes them.
    ///
    /// # Panics
    /// When there are more or fewer values than the network has.
    pub fn of_values(
        architecture: Architecture,
        layers: impl IntoIterator<Item = (Vec<f32>, Vec<f32>)>,
        norms: impl IntoIterator<Item = NormValues>,
        device: &Device,
    ) -> Self {
        let network = Self::from_values(&Arc::new(architecture), layers, norms, device);
        let spec = &network.architecture;
        assert_eq!(network.parameters.len(), spec.layers().len(), "values for each layer");
        assert_eq!(network.norms.len(), spec.norms().len(), "values for each norm");
        network
    }

    /// A copy that shares no running statistics with this network: what is trained on one leaves
    /// the other as it is.
    pub fn detached(&self) -> Self {
        self.clone().map_norms(|_, norm| norm::detached(norm))
    }

    /// The network's description.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    pub(crate) fn shared_architecture(&self) -> &Arc<Architecture> {
        &self.architecture
    }

    /// The device that holds the parameters.
    pub fn device(&self) -> Device {
        match &self.parameters[0] {
            Parameters::Linear(layer) => layer.weight.device(),
            Parameters::Convolution(layer) => layer.weight.device(),
        }
    }

    /// Weights of the layer with this index, `[units, fan_in]`, without gradient.
    pub fn weight(&self, layer: usize) -> Tensor<2> {
        plain(self.tracked_weight(layer))
    }

    /// Weights of the layer with this index, `[units, fan_in]`, as part of the graph of gradients.
    pub(crate) fn tracked_weight(&self, layer: usize) -> Tensor<2> {
        let spec = &self.architecture.layers()[layer];
        match &self.parameters[layer] {
            Parameters::Linear(linear) => linear.weight.val().transpose(),
            Parameters::Convolution(conv) => conv.weight.val().reshape([spec.units, spec.fan_in()]),
        }
    }

    /// Weights of the layer with this index on the host: `[units, fan_in]`, row by row.
    pub fn weight_values(&self, layer: usize) -> Vec<f32> {
        values(self.weight(layer))
    }

    /// The identity of each layer's weights, in the order of [`Architecture::layers`]: the name under
    /// which gradients and an optimiser's state know them.
    pub fn weight_ids(&self) -> Vec<ParamId> {
        let id = |parameters: &Parameters| match parameters {
            Parameters::Linear(linear) => linear.weight.id,
            Parameters::Convolution(conv) => conv.weight.id,
        };
        self.parameters.iter().map(id).collect()
    }

    /// Biases of the layer with this index on the host; `None` where it has none.
    pub fn bias_values(&self, layer: usize) -> Option<Vec<f32>> {
        let bias = match &self.parameters[layer] {
            Parameters::Linear(linear) => linear.bias.as_ref(),
            Parameters::Convolution(conv) => conv.bias.as_ref(),
        };
        bias.map(|bias| values(plain(bias.val())))
    }

    /// What the norm with this index in [`Architecture::norms`] holds, on the host, with every batch
    /// that was seen.
    pub fn norm_values(&self, norm: usize) -> NormValues {
        NormValues::of(&self.norms[norm])
    }

    /// By how much the norm with this index in [`Architecture::norms`] stretches each channel in
    /// evaluation, which is its Lipschitz factor: |scale / √(running variance + ε)|, without
    /// gradient.
    pub fn norm_scale(&self, norm: usize) -> Tensor<1> {
        self.norm_factor(norm).abs()
    }

    /// What the norm with this index multiplies each channel with in evaluation, sign included.
    pub(crate) fn norm_factor(&self, norm: usize) -> Tensor<1> {
        norm::factor(&self.norms[norm])
    }

    pub(crate) fn parameters(&self) -> &[Parameters] {
        &self.parameters
    }

    pub(crate) fn norms(&self) -> &[BatchNorm] {
        &self.norms
    }

    pub(crate) fn map_parameters(
        self,
        mut map: impl FnMut(usize, Parameters) -> Parameters,
    ) -> Self {
        let parameters =
            self.parameters.into_iter().enumerate().map(|(index, p)| map(index, p)).collect();
        Self { parameters, norms: self.norms, architecture: self.architecture }
    }

    pub(crate) fn map_norms(self, mut map: impl FnMut(usize, &BatchNorm) -> BatchNorm) -> Self {
        let norms = self.norms.iter().enumerate().map(|(index, norm)| map(index, norm)).collect();
        Self { norms, ..self }
    }
}

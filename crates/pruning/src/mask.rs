use burn::tensor::Device;
use models::{Architecture, LayerSpec, PerWeight};

/// Which weights of one layer stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerMask {
    /// Name of the layer.
    pub name: String,
    /// Weights of a unit: the length of a row.
    pub fan_in: usize,
    /// One flag for each weight, `[units, fan_in]` row by row; true where it stays.
    pub keep: Vec<bool>,
}

impl LayerMask {
    fn new(layer: &LayerSpec, keep: Vec<bool>) -> Self {
        Self { name: layer.name.clone(), fan_in: layer.fan_in(), keep }
    }

    /// How many weights stay.
    pub fn kept(&self) -> usize {
        self.keep.iter().filter(|&&keep| keep).count()
    }

    /// The flags of each unit's weights.
    pub fn rows(&self) -> std::slice::Chunks<'_, bool> {
        self.keep.chunks(self.fan_in)
    }
}

/// Which weights of a network stay: one [`LayerMask`] for each prunable layer, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    pub(crate) layers: Vec<LayerMask>,
}

impl Mask {
    /// The mask that keeps everything.
    pub fn full(architecture: &Architecture) -> Self {
        let layers = architecture.layers().iter();
        let layers = layers.map(|layer| LayerMask::new(layer, vec![true; layer.weights()]));
        Self { layers: layers.collect() }
    }

    /// A mask from one list of flags for each layer, `[units, fan_in]` row by row.
    ///
    /// # Panics
    /// When the number of layers or of weights is not the architecture's.
    pub fn new(architecture: &Architecture, keep: Vec<Vec<bool>>) -> Self {
        let sizes: Vec<usize> = architecture.layers().iter().map(|layer| layer.weights()).collect();
        assert_eq!(
            keep.iter().map(Vec::len).collect::<Vec<_>>(),
            sizes,
            "one flag for each weight"
        );
        let layers = architecture.layers().iter().zip(keep);
        Self { layers: layers.map(|(layer, keep)| LayerMask::new(layer, keep)).collect() }
    }

    /// The layers' masks.
    pub fn layers(&self) -> &[LayerMask] {
        &self.layers
    }

    /// How many weights stay in the whole network.
    pub fn kept(&self) -> usize {
        self.layers.iter().map(LayerMask::kept).sum()
    }

    /// How many prunable weights there are.
    pub fn total(&self) -> usize {
        self.layers.iter().map(|layer| layer.keep.len()).sum()
    }

    /// How many prunable weights each layer has.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.layers.iter().map(|layer| layer.keep.len()).collect()
    }

    /// Whether every weight that stays under `self` also stays under `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        let flags = |mask: &Self| {
            mask.layers.iter().flat_map(|layer| layer.keep.clone()).collect::<Vec<_>>()
        };
        flags(self).iter().zip(flags(other)).all(|(&inner, outer)| !inner || outer)
    }

    /// Multiply-adds per image that are left when arithmetic with pruned weights is skipped.
    pub fn multiply_adds(&self, architecture: &Architecture) -> usize {
        let layers = self.layers.iter().zip(architecture.layers());
        layers.map(|(mask, layer)| mask.kept() * layer.positions()).sum()
    }

    /// The mask as factors 0 and 1 on a device, to multiply weights and gradients with.
    pub fn factors(&self, architecture: &Architecture, device: &Device) -> PerWeight {
        let factors: Vec<Vec<f32>> = self
            .layers
            .iter()
            .map(|layer| layer.keep.iter().map(|&keep| f32::from(u8::from(keep))).collect())
            .collect();
        PerWeight::new(architecture, factors.iter().map(Vec::as_slice), device)
    }
}

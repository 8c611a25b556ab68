use burn::tensor::Tensor;
use models::LayerSpec;

use crate::error::PruneError;
use crate::patches::patches;

/// Sums of products of a layer's inputs, over points and positions.
pub(super) struct Moments<'a> {
    spec: &'a LayerSpec,
    /// Σ b aᵀ, `[fan_in, fan_in]` row by row. Chunks are summed in f32, what they give in f64.
    sums: Vec<f64>,
    /// Points times positions.
    samples: usize,
}

impl<'a> Moments<'a> {
    pub(super) fn new(spec: &'a LayerSpec) -> Self {
        Self { spec, sums: vec![0.0; spec.fan_in() * spec.fan_in()], samples: 0 }
    }

    pub(super) fn spec(&self) -> &'a LayerSpec {
        self.spec
    }

    /// Takes the layer's input a for one chunk of points, `[points, channels, height, width]`: a aᵀ.
    pub(super) fn take(&mut self, input: Tensor<4>) {
        let columns = self.columns(input);
        self.add(columns.clone(), columns);
    }

    /// Takes two inputs b and a of the layer for the same points: b aᵀ.
    pub(super) fn take_pair(&mut self, b: Tensor<4>, a: Tensor<4>) {
        let (b, a) = (self.columns(b), self.columns(a));
        self.add(b, a);
    }

    /// The patches as columns, `[fan_in, points · positions]`.
    fn columns(&self, input: Tensor<4>) -> Tensor<2> {
        patches(self.spec, input).swap_dims(0, 1).flatten(1, 2)
    }

    fn add(&mut self, b: Tensor<2>, a: Tensor<2>) {
        self.samples += a.dims()[1];
        let products = b.matmul(a.transpose()).into_data().convert::<f32>();
        let products = products.as_slice::<f32>().expect("converted to f32 just before");
        self.sums.iter_mut().zip(products).for_each(|(sum, &p)| *sum += f64::from(p));
    }

    /// The means.
    ///
    /// # Errors
    /// When one is not finite.
    pub(super) fn finish(self) -> Result<Vec<f64>, PruneError> {
        let fan_in = self.spec.fan_in();
        if let Some(index) = self.sums.iter().position(|sum| !sum.is_finite()) {
            // The row is that of the input, and so that of the weight in the first unit.
            let (layer, score) = (self.spec.name.clone(), self.sums[index] as f32);
            return Err(PruneError::Score { layer, index: index / fan_in, score });
        }
        let samples = self.samples as f64;
        Ok(self.sums.into_iter().map(|sum| sum / samples).collect())
    }
}

use burn::tensor::Tensor;
use models::LayerSpec;

use super::max_product::MaxProduct;
use super::{LayerSensitivities, Reduction, SMALLEST_SUM};
use crate::error::PruneError;
use crate::patches::patches;
use crate::sides;

/// The largest relative importance of a layer's weights over the points so far.
pub(crate) struct Running<'a> {
    spec: &'a LayerSpec,
    /// Both sides, `[2 · units, fan_in]`.
    sides: Tensor<2>,
    /// max over points of red_p (a_pj / z_p), `[2 · units, fan_in]`; not yet times the weights.
    largest: Largest,
    signed: bool,
}

/// How positions are reduced.
enum Largest {
    /// By their mean: for each point a matrix product.
    Mean(Box<Tensor<2>>),
    /// By their maximum, or there is one position only.
    Max(MaxProduct),
}

impl<'a> Running<'a> {
    pub(crate) fn new(spec: &'a LayerSpec, weight: Tensor<2>, reduction: Reduction) -> Self {
        let sides = sides::stacked(weight);
        let largest = if reduction == Reduction::Mean && spec.positions() > 1 {
            Largest::Mean(Box::new(sides.zeros_like()))
        } else {
            let [rows, fan_in] = sides.dims();
            Largest::Max(MaxProduct::new(rows, fan_in, &sides.device()))
        };
        Self { spec, largest, sides, signed: false }
    }

    /// The layer.
    pub(crate) fn spec(&self) -> &'a LayerSpec {
        self.spec
    }

    /// Takes the layer's input for one chunk of points, `[points, channels, height, width]`.
    pub(crate) fn take(&mut self, input: Tensor<4>) {
        let signed = sides::is_signed(&input);
        let patches = patches(self.spec, input);
        if signed {
            self.signed = true;
            self.take_part(patches.clone().clamp_min(0.0));
            self.take_part(patches.neg().clamp_min(0.0));
        } else {
            self.take_part(patches);
        }
    }

    /// Takes patches `[points, fan_in, positions]` without negative entries.
    fn take_part(&mut self, patches: Tensor<3>) {
        let inverse = self.inverse_sums(&patches);
        match &mut self.largest {
            Largest::Mean(largest) => {
                let positions = patches.dims()[2] as f32;
                let mean = inverse.matmul(patches.swap_dims(1, 2)).div_scalar(positions);
                **largest = (**largest).clone().max_pair(mean.max_dim(0).squeeze_dim(0));
            }
            Largest::Max(largest) => largest.take(inverse, patches),
        }
    }

    /// 1 / z for each side of each unit, `[points, 2 · units, positions]`; 0 where the sum z is too
    /// small.
    fn inverse_sums(&self, patches: &Tensor<3>) -> Tensor<3> {
        let [points, fan_in, positions] = patches.dims();
        let sums = if positions == 1 {
            // One product for all points.
            let rows = patches.clone().reshape([points, fan_in]);
            rows.matmul(self.sides.clone().transpose()).unsqueeze_dim(2)
        } else {
            self.sides.clone().unsqueeze::<3>().matmul(patches.clone())
        };
        let silent = sums.clone().lower_equal_elem(SMALLEST_SUM);
        sums.recip().mask_fill(silent, 0.0)
    }

    /// Each weight belongs to one side: its sensitivity is that side's, times the weight.
    pub(crate) fn finish(self) -> Result<LayerSensitivities, PruneError> {
        let units = self.spec.units;
        let largest = match self.largest {
            Largest::Mean(largest) => *largest,
            Largest::Max(largest) => largest.finish(&self.sides.device()),
        };
        let both = largest * self.sides;
        let values = both.clone().narrow(0, 0, units) + both.narrow(0, units, units);
        let values: Vec<f32> = values.into_data().try_into_vec().expect("computed in f32");
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            let (layer, score) = (self.spec.name.clone(), values[index]);
            return Err(PruneError::Score { layer, index, score });
        }
        Ok(LayerSensitivities { values, signed: self.signed })
    }
}

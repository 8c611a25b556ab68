use burn::tensor::{Tensor, TensorData};
use models::Network;

use super::{SideCertificate, rounding};
use crate::sides;

/// The weights of a dense network and of a pruned one, side by side.
#[derive(Debug)]
pub(super) struct Matrices {
    pub(super) layers: Vec<Layer>,
}

/// Of one layer; rows are the positive sides of all units, then the negative ones.
#[derive(Debug)]
pub(super) struct Layer {
    /// |w_j| on its side, `[2 · units, fan_in]`.
    pub(super) dense: Tensor<2>,
    /// ŵ_j with the sign of its side, so that it is compared with |w_j|.
    pub(super) pruned: Tensor<2>,
    /// | |w_j| − ŵ_j |.
    pub(super) difference: Tensor<2>,
    /// |ŵ_j| where w_j is zero, `[units, fan_in]`.
    appeared: Tensor<2>,
}

impl Matrices {
    pub(super) fn of(dense: &Network, pruned: &Network) -> Self {
        let layers = 0..dense.architecture().layers().len();
        Self { layers: layers.map(|l| Layer::of(dense.weight(l), pruned.weight(l))).collect() }
    }

    /// For each layer a matrix E `[units, fan_in]` of which Σ_j E_ij |a_j| is what pruning this layer
    /// changes at the most: ε_side |w_j|, with ε enlarged by rounding, and |ŵ_j| where a weight has
    /// appeared that was zero.
    pub(super) fn local(
        &self,
        dense: &Network,
        sides: &[Vec<SideCertificate>],
        epsilon: fn(&SideCertificate) -> f64,
    ) -> Vec<Tensor<2>> {
        let local = self.layers.iter().zip(sides).map(|(layer, sides)| {
            let [rows, fan_in] = layer.dense.dims();
            let slack = rounding(fan_in);
            let errors = sides.iter().map(|side| {
                let error = epsilon(side);
                (error + slack * (1.0 + error)) as f32
            });
            let errors = TensorData::new(errors.collect(), [rows, 1]);
            let errors = Tensor::<2>::from_data(errors, &dense.device());
            let scaled = layer.dense.clone() * errors;
            let units = rows / 2;
            scaled.clone().narrow(0, 0, units)
                + scaled.narrow(0, units, units)
                + layer.appeared.clone()
        });
        local.collect()
    }
}

impl Layer {
    fn of(dense: Tensor<2>, pruned: Tensor<2>) -> Self {
        let appeared = pruned.clone().abs().mask_fill(dense.clone().not_equal_elem(0.0), 0.0);
        let on =
            |side: Tensor<2>, pruned: Tensor<2>| pruned.mask_fill(side.lower_equal_elem(0.0), 0.0);
        let plus = on(dense.clone(), pruned.clone());
        let minus = on(dense.clone().neg(), pruned.neg());
        let (dense, pruned) = (sides::stacked(dense), Tensor::cat(vec![plus, minus], 0));
        let difference = (dense.clone() - pruned.clone()).abs();
        Self { dense, pruned, difference, appeared }
    }
}

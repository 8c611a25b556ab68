//! Where an optimiser's loaded state goes.
//!
//! burn puts it on its default device first, which is the best that is *compiled in*: with the GPU backends built,
//! a run on the processor would open a graphics card, and end where there is none.

use burn::module::ParamGroup;
use burn::optim::{
    DynOptimizer, DynState, LearningRate, ModuleOptimizer, Optimizer, StateSink, StateSource,
};
use burn::tensor::Device;
use burn::tensor::kind::BridgeTensor;

/// An optimiser of all parameters, whose state stays on the device.
pub(super) fn placed<O: Optimizer>(optimiser: O, device: &Device) -> ModuleOptimizer {
    let device = device.clone().without_autodiff();
    let group = Placed { optimiser: optimiser.clone(), device };
    // burn wants one that may be anywhere first; the last group that a parameter is in counts.
    ModuleOptimizer::from(optimiser).with_group(ParamGroup::all(), group, None)
}

struct Placed<O> {
    optimiser: O,
    device: Device,
}

impl<O: Optimizer> DynOptimizer for Placed<O> {
    fn step_dyn(
        &self,
        rank: usize,
        rate: LearningRate,
        tensor: BridgeTensor,
        gradient: BridgeTensor,
        state: Option<DynState>,
    ) -> (BridgeTensor, Option<DynState>) {
        self.optimiser.step_dyn(rank, rate, tensor, gradient, state)
    }

    fn to_device_dyn(&self, state: DynState, device: &Device) -> DynState {
        self.optimiser.to_device_dyn(state, device)
    }

    fn state_flatten(&self, prefix: &str, state: &DynState, out: &mut StateSink) {
        self.optimiser.state_flatten(prefix, state, out);
    }

    fn state_unflatten(
        &self,
        rank: usize,
        prefix: &str,
        source: &mut StateSource,
        _: &Device,
    ) -> Option<DynState> {
        self.optimiser.state_unflatten(rank, prefix, source, &self.device)
    }
}

use std::path::{Path, PathBuf};
use std::str::FromStr;

use burn::tensor::Device;
use clap::Args;
use models::{Network, Shape, zoo};
use pruning::methods::{self, Options};
use pruning::{ErrorForm, Pruner, Reduction, Scope, Trust};

use crate::device;
use crate::error::Error;

/// Which network, and on what.
#[derive(Debug, Args)]
pub(super) struct NetworkArguments {
    /// Name of the network, such as lenet-5 (`experiments list networks`)
    #[arg(long, value_name = "NAME")]
    network: String,
    /// Its weights: safetensors with PyTorch's names and layout
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    /// Widths of the hidden layers, for mlp
    #[arg(long, value_name = "N,N,…", value_delimiter = ',')]
    widths: Vec<usize>,
    /// Number of classes
    #[arg(long, value_name = "N", default_value_t = 10)]
    classes: usize,
    /// Compute backend
    #[arg(long, value_name = "NAME", default_value = "flex")]
    backend: String,
}

impl NetworkArguments {
    /// Opens the backend.
    pub(super) fn device(&self) -> Result<Device, Error> {
        device::open(&self.backend)
    }

    /// The shape of the network's images; `given` is that of the points, for networks that take any.
    pub(super) fn input(&self, given: Shape) -> Result<Shape, Error> {
        Ok(zoo::entry(&self.network)?.input.unwrap_or(given))
    }

    /// The network with the weights from `--weights`.
    pub(super) fn load(&self, input: Shape, device: &Device) -> Result<Network, Error> {
        self.load_from(&self.weights, input, device)
    }

    /// The same network with other weights.
    pub(super) fn load_from(
        &self,
        weights: &Path,
        input: Shape,
        device: &Device,
    ) -> Result<Network, Error> {
        let request = zoo::Request {
            name: self.network.clone(),
            widths: self.widths.clone(),
            input,
            classes: self.classes,
        };
        Ok(Network::load(zoo::architecture(&request)?, weights, device)?)
    }
}

/// Which method.
#[derive(Debug, Args)]
pub(super) struct MethodArguments {
    /// Name of the method (`experiments list methods`)
    #[arg(long, value_name = "NAME", default_value = "sipp")]
    pub(super) method: String,
    /// Where scores compete: global or per-layer
    #[arg(long, value_name = "NAME", default_value = "global")]
    scope: String,
    /// Of relative importance over positions: mean or max [default: as published for the method]
    #[arg(long, value_name = "NAME")]
    reduction: Option<String>,
    /// Error of drawn sides: bernstein or published [default: bernstein]
    #[arg(long, value_name = "NAME")]
    error_form: Option<String>,
}

impl MethodArguments {
    pub(super) fn entry(&self) -> Result<&'static methods::Entry, Error> {
        Ok(methods::entry(&self.method)?)
    }

    /// The method; δ and C of drawing methods are those of the bounds.
    pub(super) fn build(&self, bounds: &BoundArguments) -> Result<Box<dyn Pruner>, Error> {
        let entry = self.entry()?;
        let reduction = self.reduction.as_deref().map(Reduction::from_str).transpose()?;
        let error_form = self.error_form.as_deref().map(ErrorForm::from_str).transpose()?;
        let draws = entry.options.contains(&"constant");
        let options = Options {
            reduction,
            error_form,
            failure_probability: bounds.failure_probability.filter(|_| draws),
            constant: bounds.constant.filter(|_| draws),
        };
        Ok(entry.build(Scope::from_str(&self.scope)?, &options)?)
    }
}

/// What error bounds assume.
#[derive(Debug, Args)]
pub(super) struct BoundArguments {
    /// δ: drawn sides keep all their bounds with probability 1 − δ [default: 0.05]
    #[arg(long, value_name = "P")]
    failure_probability: Option<f64>,
    /// C: by how much sensitivities over the points may fall short of those over all inputs [default: 3]
    #[arg(long, value_name = "C")]
    constant: Option<f64>,
}

impl BoundArguments {
    pub(super) fn trust(&self) -> Result<Trust, Error> {
        let delta = self.failure_probability;
        let delta = delta.unwrap_or_else(|| ErrorForm::default().failure_probability());
        Ok(Trust::new(delta, self.constant.unwrap_or(Options::CONSTANT))?)
    }
}

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use clap::Args;
use models::{Architecture, Initialisation, Network, Shape, zoo};

use crate::device::{Choice, Opened};
use crate::error::Error;

/// Which network, and on what.
#[derive(Debug, Args)]
pub(super) struct NetworkArguments {
    /// Name of the network, such as lenet-5 (`experiments list networks`)
    #[arg(long, value_name = "NAME")]
    network: String,
    /// Its weights, with PyTorch's names and layout: safetensors, or what torch.save writes (.pt, .pth)
    #[arg(long, value_name = "FILE", required = true)]
    pub(super) weights: Option<PathBuf>,
    /// Widths of the hidden layers, for mlp, or of the stages
    #[arg(long, value_name = "N,N,…", value_delimiter = ',')]
    widths: Vec<usize>,
    /// Number of classes
    #[arg(long, value_name = "N", default_value_t = 10)]
    classes: usize,
    /// Compute backend (`experiments list backends`), or auto for the best that answers
    #[arg(long, value_name = "NAME", default_value = "flex")]
    backend: String,
    /// Number of the backend's device, from 0 on [default: the first]
    #[arg(long, value_name = "N")]
    device: Option<u16>,
}

impl NetworkArguments {
    /// Opens the backend.
    pub(super) fn open(&self) -> Result<Opened, Error> {
        let index = self.device.map(usize::from);
        let opened = Choice { backend: self.backend.clone(), index }.open()?;
        if opened.describe() != self.backend {
            tracing::info!("backend {}", opened.describe());
        }
        Ok(opened)
    }

    /// The shape of the network's images; `given` is that of the points, for networks that take any.
    pub(super) fn input(&self, given: Option<Shape>) -> Result<Shape, Error> {
        let images = zoo::entry(&self.network)?.images;
        Ok(given.map_or(images.usual(), |shape| images.fitting(shape)))
    }

    /// The network with the weights from `--weights`, which may be those of a shrunken one: their
    /// shapes tell its widths. For the command that does without them, with initial values from `seed`.
    pub(super) fn load(&self, input: Shape, seed: u64, device: &Device) -> Result<Network, Error> {
        let request = zoo::Request {
            name: self.network.clone(),
            widths: self.widths.clone(),
            input,
            classes: self.classes,
        };
        let architecture = zoo::architecture(&request)?;
        Ok(match &self.weights {
            Some(file) => Network::load_narrowed(&architecture, file, device)?,
            None => Network::new(architecture, Initialisation::KaimingUniform, seed, device),
        })
    }
}

/// Other weights for a network, of the same widths.
pub(super) fn load_other(
    weights: &Path,
    architecture: &Architecture,
    device: &Device,
) -> Result<Network, Error> {
    Ok(Network::load(architecture.clone(), weights, device)?)
}

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use clap::Args;
use models::{Architecture, Initialisation, ModelError, Network, Shape, zoo};
use sparse::{Predictor, csr};

use crate::device::{Choice, Opened};
use crate::error::Error;

/// The most weights that a file of compressed rows may claim where it is read as an ordinary network.
const LARGEST: usize = 1 << 31;

/// Which network, and on what.
#[derive(Debug, Args)]
pub(super) struct NetworkArguments {
    /// Name of the network, such as lenet-5 (`experiments list networks`); a file of compressed rows knows it
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// Its weights: safetensors with PyTorch's names and layout, what torch.save writes (.pt, .pth), or
    /// compressed rows as `export` writes them
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

    /// What the file of weights says of its network, where it holds compressed rows.
    fn told(&self) -> Result<Option<zoo::Request>, Error> {
        let told = self.weights.as_deref().map(csr::request);
        let told = told.transpose()?.flatten();
        match (&self.network, &told) {
            (Some(name), Some(request)) if *name != request.name => Err(Error::Usage(format!(
                "--network {name}: {} holds the network \"{}\"",
                self.weights.as_deref().unwrap_or(Path::new("")).display(),
                request.name
            ))),
            _ => Ok(told),
        }
    }

    /// The shape of the network's images; `given` is that of the points, for networks that take any.
    pub(super) fn input(&self, given: Option<Shape>) -> Result<Shape, Error> {
        if let Some(request) = self.told()? {
            return Ok(request.input);
        }
        let images = zoo::entry(self.name()?)?.images;
        Ok(given.map_or(images.usual(), |shape| images.fitting(shape)))
    }

    fn name(&self) -> Result<&str, Error> {
        self.network.as_deref().ok_or_else(|| {
            let problem = "--network NAME is missing; only a file of compressed rows (`experiments export`) \
                           knows which network it holds";
            Error::Usage(problem.to_owned())
        })
    }

    /// What the network is built from.
    pub(super) fn request(&self, input: Shape) -> Result<zoo::Request, Error> {
        if let Some(request) = self.told()? {
            return Ok(request);
        }
        let (widths, classes) = (self.widths.clone(), self.classes);
        Ok(zoo::Request { name: self.name()?.to_owned(), widths, input, classes })
    }

    /// What answers for a network whose file holds compressed rows; `None` for other files.
    pub(super) fn predictor(&self) -> Result<Option<Predictor>, Error> {
        match (&self.weights, self.told()?) {
            (Some(file), Some(_)) => Ok(Some(Predictor::load(file)?)),
            _ => Ok(None),
        }
    }

    /// The network with the weights from `--weights`, which may be those of a shrunken one: their
    /// shapes tell its widths. For the command that does without them, with initial values from `seed`.
    pub(super) fn load(&self, input: Shape, seed: u64, device: &Device) -> Result<Network, Error> {
        if let (Some(file), Some(predictor)) = (&self.weights, self.predictor()?) {
            return dense(&predictor, file, device);
        }
        let architecture = zoo::architecture(&self.request(input)?)?;
        Ok(match &self.weights {
            Some(file) => Network::load_narrowed(&architecture, file, device)?,
            None => Network::new(architecture, Initialisation::KaimingUniform, seed, device),
        })
    }
}

/// A network with all its zeros. Few compressed rows may stand for a very large one.
fn dense(predictor: &Predictor, file: &Path, device: &Device) -> Result<Network, Error> {
    let layers = predictor.architecture().layers().iter();
    let weights = layers.fold(0usize, |sum, layer| sum.saturating_add(layer.weights()));
    if weights > LARGEST {
        let problem = format!("{weights} weights, zeros included; expected at most {LARGEST}");
        return Err(Error::File { path: file.to_owned(), problem });
    }
    Ok(predictor.network(device))
}

/// Other weights for a network, of the same widths.
pub(super) fn load_other(
    weights: &Path,
    architecture: &Architecture,
    device: &Device,
) -> Result<Network, Error> {
    if csr::request(weights)?.is_none() {
        return Ok(Network::load(architecture.clone(), weights, device)?);
    }
    let predictor = Predictor::load_as(architecture, weights)?;
    if predictor.architecture() != architecture {
        let (file, network) = (weights.to_owned(), architecture.name().to_owned());
        let problem = "its layers are narrower; expected the same widths".to_owned();
        return Err(Error::Model(ModelError::Names { file, network, problem }));
    }
    dense(&predictor, weights, device)
}

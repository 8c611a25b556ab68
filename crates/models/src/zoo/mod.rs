//! Networks by name. A new one is a file of its own and a line in [`ENTRIES`].

mod lenet_5;
mod lenet_5_caffe;
mod mlp;

use crate::architecture::{Architecture, Shape};
use crate::error::ModelError;

/// What a network is built from.
#[derive(Debug, Clone)]
pub struct Request {
    /// Name of the network.
    pub name: String,
    /// Widths of the hidden layers, for `mlp`.
    pub widths: Vec<usize>,
    /// Shape of one image, for networks that take any.
    pub input: Shape,
    /// Number of classes.
    pub classes: usize,
}

impl Request {
    /// The network of this name for images of 1x28x28 in ten classes.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), widths: Vec::new(), input: [1, 28, 28], classes: 10 }
    }
}

/// A network that can be asked for by name.
#[derive(Debug)]
pub struct Entry {
    /// Its name in configuration files.
    pub name: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// Shape of its images where the network fixes it; `None` where it takes any.
    pub input: Option<Shape>,
    build: fn(&Request) -> Result<Architecture, ModelError>,
}

/// Every network.
pub const ENTRIES: &[Entry] =
    &[mlp::LENET_300_100, lenet_5::ENTRY, lenet_5_caffe::ENTRY, mlp::ENTRY];

/// The entry of this name.
///
/// # Errors
/// When there is none; the message lists those that exist.
pub fn entry(name: &str) -> Result<&'static Entry, ModelError> {
    ENTRIES.iter().find(|entry| entry.name == name).ok_or_else(|| {
        let names: Vec<_> = ENTRIES.iter().map(|entry| entry.name).collect();
        ModelError::UnknownNetwork { name: name.to_owned(), expected: names.join(", ") }
    })
}

/// The description of the requested network.
///
/// # Errors
/// When no network has the name, or the request does not fit it.
pub fn architecture(request: &Request) -> Result<Architecture, ModelError> {
    let entry = entry(&request.name)?;
    let reject = |problem| Err(ModelError::Request { network: request.name.clone(), problem });
    if request.classes < 2 {
        return reject(format!("{} classes; expected at least 2", request.classes));
    }
    if entry.name != mlp::ENTRY.name && !request.widths.is_empty() {
        return reject(format!("widths {:?}; only \"mlp\" takes widths", request.widths));
    }
    (entry.build)(request)
}

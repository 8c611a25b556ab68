//! Networks by name. A new one is a file of its own and a line in [`ENTRIES`].

mod images;
mod lenet_5;
mod lenet_5_caffe;
mod mlp;
mod request;
mod residual;
mod resnet;

use crate::architecture::Architecture;
use crate::error::ModelError;
pub use images::Images;
pub use request::Request;

/// A network that can be asked for by name.
#[derive(Debug)]
pub struct Entry {
    /// Its name in configuration files.
    pub name: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// Its images.
    pub images: Images,
    /// From a request whose images it takes.
    build: fn(&Request) -> Result<Architecture, ModelError>,
}

/// Every network.
pub const ENTRIES: &[Entry] = &[
    mlp::LENET_300_100,
    lenet_5::ENTRY,
    lenet_5_caffe::ENTRY,
    resnet::RESNET_20,
    resnet::RESNET_32,
    resnet::RESNET_44,
    resnet::RESNET_56,
    resnet::RESNET_110,
    mlp::ENTRY,
];

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
    if request.classes < 2 {
        let problem = format!("{} classes; expected at least 2", request.classes);
        return Err(request.rejection(problem));
    }
    (entry.build)(&Request { input: entry.images.fitting(request.input), ..request.clone() })
}

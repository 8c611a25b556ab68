use std::io;
use std::path::{Path, PathBuf};

/// What can be wrong with a network's description or with a file of weights.
///
/// Every message names the network, layer, tensor or file, what was found and what was expected.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No network has this name.
    #[error("unknown network \"{name}\"; expected one of: {expected}")]
    UnknownNetwork {
        /// The name that was asked for.
        name: String,
        /// The names that exist, separated by commas.
        expected: String,
    },
    /// The request does not fit the network, such as widths for a network that has none.
    #[error("network \"{network}\": {problem}")]
    Request {
        /// Name of the network.
        network: String,
        /// What is wrong, what was expected.
        problem: String,
    },
    /// A layer, norm or operation cannot take what reaches it.
    #[error("network \"{network}\", layer \"{layer}\": {problem}")]
    Layer {
        /// Name of the network.
        network: String,
        /// Name of the layer, norm or operation.
        layer: String,
        /// What is wrong, what was expected.
        problem: String,
    },
    /// The file cannot be read or written.
    #[error("{}: {problem}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the operating system or the format's library says.
        problem: String,
    },
    /// The file lacks tensors of the network, or has others.
    #[error("{}: does not hold the weights of \"{network}\": {problem}", file.display())]
    Names {
        /// The file.
        file: PathBuf,
        /// Name of the network.
        network: String,
        /// Which tensors are missing and which are not known.
        problem: String,
    },
    /// A tensor in the file is not what the network needs.
    #[error("{}: tensor \"{tensor}\": {problem}", file.display())]
    Tensor {
        /// The file.
        file: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// What was found, what was expected.
        problem: String,
    },
}

impl ModelError {
    /// A file that cannot be read or written, in the words of the operating system and with a remedy where one is known.
    pub fn io(file: &Path, error: &io::Error) -> Self {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound => {
                "; check the path: a relative one starts where the command was called"
            }
            _ => "",
        };
        Self::File { file: file.to_owned(), problem: format!("{error}{remedy}") }
    }
}

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};
use models::{Network, Shape, tensors};
use sparse::csr;

use super::arguments::NetworkArguments;
use super::gzip::gzipped;
use crate::error::Error;

/// `experiments export`.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    network: NetworkArguments,
    /// What to write
    #[arg(long, value_name = "NAME", value_enum, default_value_t = Format::CsrSafetensors)]
    format: Format,
    /// Shape of the images, for networks that take any: channels, height, width [default: those that the network
    /// was made for]
    #[arg(long, value_name = "C,H,W", value_delimiter = ',', num_args = 1)]
    input: Vec<usize>,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// How weights lie in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The weights that are not zero, as compressed rows
    CsrSafetensors,
    /// All weights, with PyTorch's names and layout
    Safetensors,
}

impl Export {
    /// Writes the file; how large it is beside the one that was read.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let device = self.network.open()?.device;
        let input = self.network.input(self.given()?)?;
        let request = self.network.request(input)?;
        let network = self.network.load(input, 0, &device)?;
        let bytes = match self.format {
            Format::CsrSafetensors => csr::serialised(&network, &request)?,
            Format::Safetensors => network.serialised(),
        };
        // What is written may take the place of what was read.
        let before = self.network.weights.as_deref().map(read).transpose()?;
        tensors::write_bytes(&self.out, &bytes)?;
        let before = self.network.weights.iter().zip(&before);
        let files = before.map(|(path, bytes)| (path.as_path(), bytes));
        let files = files.chain([(self.out.as_path(), &bytes)]);
        Ok(sizes(files) + &left(&network))
    }

    fn given(&self) -> Result<Option<Shape>, Error> {
        match self.input[..] {
            [] => Ok(None),
            [channels, height, width] => Ok(Some([channels, height, width])),
            ref other => Err(Error::Usage(format!(
                "--input: {} numbers; expected channels, height and width, such as 3,32,32",
                other.len()
            ))),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::file(path, &error))
}

/// How large files are, as they are and packed.
fn sizes<'a>(files: impl Iterator<Item = (&'a Path, &'a Vec<u8>)>) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(["file", "bytes", "gzipped"]);
    for (path, bytes) in files {
        let name = path.display().to_string();
        table.add_row([name, bytes.len().to_string(), gzipped(bytes).to_string()]);
    }
    let numbers = table.column_iter_mut().skip(1);
    numbers.for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    format!("{table}\n")
}

fn left(network: &Network) -> String {
    let total = network.architecture().prunable_weights();
    let layers = 0..network.architecture().layers().len();
    let left: usize = layers
        .map(|layer| network.weight_values(layer).iter().filter(|weight| **weight != 0.0).count())
        .sum();
    format!(
        "{left} of {total} weights are not zero ({:.4} %)\n",
        100.0 * left as f64 / total as f64
    )
}

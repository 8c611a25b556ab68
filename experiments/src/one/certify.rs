use std::path::PathBuf;

use clap::Args;
use models::Network;
use pruning::{Certifier, Mask};

use super::arguments::{NetworkArguments, load_other};
use super::method::BoundArguments;
use super::points::{PointArguments, Points};
use super::table;
use crate::error::Error;
use crate::records::{SideRow, write_table};

/// `experiments certify`.
#[derive(Debug, Args)]
pub struct Certify {
    #[command(flatten)]
    network: NetworkArguments,
    #[command(flatten)]
    points: PointArguments,
    #[command(flatten)]
    bounds: BoundArguments,
    /// Weights of the pruned network, perhaps trained further
    #[arg(long, value_name = "FILE")]
    pruned: PathBuf,
    /// Where to write the certificate: a CSV file with a row for each side of each unit
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Certify {
    /// The certificate as a table, and as a file where one is named.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let trust = self.bounds.trust()?;
        let device = self.network.open()?.device;
        let points = self.points.load(&self.network, &device)?.ok_or_else(|| {
            let problem = "a certificate speaks of points; give --points FILE, or --dataset NAME";
            Error::Usage(problem.to_owned())
        })?;
        let input = points.shape();
        let dense = self.network.load(input, self.points.seed, &device)?;
        let architecture = dense.architecture().clone();
        let pruned = load_other(&self.pruned, &architecture, &device)?;
        let mask = non_zero(&pruned);
        let mut text = String::new();
        if let Some(labels) = &points.labels {
            let (before, after) = (right(&dense, &points, labels), right(&pruned, &points, labels));
            let count = labels.len();
            text = format!(
                "of {count} points the dense network gets {before} right, the pruned one {after}\n"
            );
        }
        let certifier = Certifier::new(dense, points.images, points.held_out, trust)?;
        let certificate = certifier.certify(&pruned, None)?;
        if let Some(path) = &self.out {
            let density = mask.kept() as f64 / mask.total() as f64;
            write_table(path, &SideRow::all(density, &architecture, &certificate))?;
            text.push_str(&format!("sides in {}\n", path.display()));
        }
        Ok(table::table(&architecture, &mask, Some(&certificate)) + &text)
    }
}

/// The weights that are not zero.
pub(super) fn non_zero(network: &Network) -> Mask {
    let layers = 0..network.architecture().layers().len();
    let keep = layers.map(|l| network.weight_values(l).iter().map(|w| *w != 0.0).collect());
    Mask::new(network.architecture(), keep.collect())
}

/// Points whose class the network gets right.
fn right(network: &Network, points: &Points, labels: &[i64]) -> usize {
    let logits = network.forward(points.images.clone());
    let classes = logits.argmax(1).into_data().convert::<i64>();
    let classes: Vec<i64> = classes.try_into_vec().expect("converted just before");
    classes.iter().zip(labels).filter(|(class, label)| class == label).count()
}

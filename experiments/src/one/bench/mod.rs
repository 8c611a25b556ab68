//! How fast and how large a pruned network is as the small dense network behind it, and with the weights that are
//! left alone: what its size promises, and what is measured.

mod crossover;
mod inference;
mod layers;
mod measure;
mod rows;
mod subject;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use models::Network;
use pruning::{Density, Pruned, Pruner};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::certify::non_zero;
use super::dense::{self, Dense, DenseArguments};
use super::images;
use crate::error::Error;
use crate::plot;
use crate::processor;
use crate::records::{SpeedLayerRow, SpeedRow, files, read_table, write_table};
use subject::Subject;

/// `experiments bench`.
#[derive(Debug, Args)]
#[command(mut_arg("weights", |weights| weights
    .required(false)
    .help("Its weights: safetensors with PyTorch's names and layout [default: initial values from --seed]")))]
pub struct Bench {
    #[command(flatten)]
    dense: DenseArguments,
    /// Densities: shares of prunable weights that stay, each in (0, 1] [default: the network is taken as it is, with
    /// the zeros that its file has]
    #[arg(long, value_name = "DENSITY,…", value_delimiter = ',')]
    keep: Vec<f64>,
    /// Folder for speed.csv, speed-layers.csv and plots; what it holds of other networks and methods stays
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Images in a batch
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    batch: u16,
    /// Threads that compute
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// How long each density's forward passes are timed, those of one image, its training steps and its layers, and
    /// once the densities that are tried to find where both kinds of arithmetic take as long
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0)]
    seconds: f64,
}

impl Bench {
    /// Writes rows and plots, where that is asked for; a table of the rows.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let densities = self.densities()?;
        let time = Duration::try_from_secs_f64(self.seconds)
            .map_err(|error| Error::Usage(format!("--seconds {}: {error}", self.seconds)))?;
        let (pruner, dense) = match densities.is_empty() {
            true => (None, self.dense.load_as_it_is()?),
            false => {
                let (pruner, dense) = self.dense.load()?;
                (Some(pruner), dense)
            }
        };
        let subject = self.subject(dense, time)?;
        let prunings = match &pruner {
            None => vec![self.as_it_is(&subject.dense.network)?],
            Some(pruner) => self.prunings(&**pruner, &subject.dense, densities)?,
        };
        // What cannot be read is told now, and not after minutes of measuring.
        let earlier = self.earlier()?;
        let pool = self.pool()?;
        let crossovers = pool.install(|| subject.crossovers());
        let mut measured = Vec::new();
        for (density, pruned) in &prunings {
            measured.push(pool.install(|| subject.measure(*density, pruned, &crossovers))?);
            tracing::debug!("density {density} is measured");
        }
        let (rows, layers) = subject.rows(measured);
        let written = self.write(&rows, &layers, earlier)?;
        let inference = inference::table(&rows, &layers);
        Ok(table::table(&rows) + &self.explanation(&rows) + &inference + &written)
    }

    /// Each density with what the method keeps.
    fn prunings(
        &self,
        pruner: &dyn Pruner,
        dense: &Dense,
        densities: Vec<Density>,
    ) -> Result<Vec<(Density, Pruned)>, Error> {
        let prune = |density| Ok((density, self.dense.prune(pruner, dense, density)?));
        densities.into_iter().map(prune).collect()
    }

    /// The weights that are not zero, where some are.
    fn as_it_is(&self, network: &Network) -> Result<(Density, Pruned), Error> {
        let mask = non_zero(network);
        let Some(file) = self.dense.network.weights.as_deref() else {
            let problem = "nothing says what to prune to; give --keep DENSITY, or --weights FILE of a \
                           pruned network";
            return Err(Error::Usage(problem.to_owned()));
        };
        if mask.kept() == mask.total() || mask.kept() == 0 {
            let found = if mask.kept() == 0 { "all weights are zero" } else { "no weight is zero" };
            return Err(Error::Usage(format!(
                "{}: {found}; give --keep DENSITY to have the network pruned here",
                file.display()
            )));
        }
        let density = dense::density(mask.kept() as f64 / mask.total() as f64)?;
        Ok((density, Pruned::unchanged(mask)))
    }

    /// The rows that the folder has.
    fn earlier(&self) -> Result<Earlier, Error> {
        let Some(out) = &self.out else { return Ok(Earlier::default()) };
        fs::create_dir_all(out).map_err(|error| Error::file(out, &error))?;
        let networks = read_table(&out.join(files::SPEED))?;
        Ok(Earlier { networks, layers: read_table(&out.join(files::SPEED_LAYERS))? })
    }

    /// Writes the rows beside the earlier ones; what to tell of it.
    fn write(
        &self,
        rows: &[SpeedRow],
        layers: &[SpeedLayerRow],
        earlier: Earlier,
    ) -> Result<String, Error> {
        let Some(out) = &self.out else { return Ok(String::new()) };
        let all = SpeedRow::merged(earlier.networks, rows.to_vec());
        write_table(&out.join(files::SPEED), &all)?;
        let layers = SpeedLayerRow::merged(earlier.layers, layers.to_vec());
        write_table(&out.join(files::SPEED_LAYERS), &layers)?;
        plot::draw_speed(&all, out)?;
        let (folder, networks, layers) = (out.display(), files::SPEED, files::SPEED_LAYERS);
        let plots = files::PLOTS;
        Ok(format!(
            "rows in {folder}/{networks} and {folder}/{layers}, plots in {folder}/{plots}\n"
        ))
    }

    /// Falling, each once.
    fn densities(&self) -> Result<Vec<Density>, Error> {
        let densities = self.keep.iter().map(|&keep| dense::density(keep));
        let mut densities = densities.collect::<Result<Vec<_>, _>>()?;
        densities.sort_by(|a, b| b.value().total_cmp(&a.value()));
        densities.dedup();
        Ok(densities)
    }

    fn pool(&self) -> Result<ThreadPool, Error> {
        let pool = ThreadPoolBuilder::new().num_threads(self.threads.into()).build();
        pool.map_err(|error| Error::Usage(format!("--threads {}: {error}", self.threads)))
    }

    fn subject(&self, dense: Dense, time: Duration) -> Result<Subject, Error> {
        let DenseArguments { network, points, .. } = &self.dense;
        let architecture = dense.network.architecture();
        let [method, scope, options] = self.method()?;
        let about = SpeedRow {
            network: architecture.name().to_owned(),
            method,
            scope,
            options,
            seed: points.seed,
            weights: if network.weights.is_some() { "file" } else { "initial" }.to_owned(),
            batch: self.batch.into(),
            threads: self.threads.into(),
            backend: dense.opened.backend.name.to_owned(),
            adapter: dense.opened.adapter.clone(),
            cpu: processor::name(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..SpeedRow::default()
        };
        let images = match &dense.points {
            Some(points) => points.images.clone(),
            None => {
                images::random(architecture.input_shape(), points.seed, &dense.network.device())
            }
        };
        let batch = measure::batch(&images, about.batch, architecture.classes());
        let request = network.request(architecture.input_shape())?;
        Ok(Subject { dense, request, about, images, batch, time })
    }

    /// Method, scope and options, as rows name them; of a network that came pruned, which file that was.
    fn method(&self) -> Result<[String; 3], Error> {
        let DenseArguments { network, method, bounds, .. } = &self.dense;
        if self.keep.is_empty() {
            let file = network.weights.as_deref().and_then(Path::file_name).unwrap_or_default();
            let options = format!("weights={}", file.to_string_lossy());
            return Ok([SpeedRow::GIVEN.to_owned(), String::new(), options]);
        }
        let scope = method.scope()?.to_string();
        Ok([method.method.clone(), scope, method.options(bounds)?.label()])
    }

    fn explanation(&self, rows: &[SpeedRow]) -> String {
        let fewest = rows.iter().map(|row| row.forward_rounds.min(row.step_rounds)).min();
        let threads = if self.threads == 1 { "thread" } else { "threads" };
        let mut text = format!(
            "batch {}, {} {threads}; step: forward, backward and update by SGD with momentum; medians of {} \
             rounds or more in which all took turns, in brackets the middle half\n",
            self.batch,
            self.threads,
            fewest.unwrap_or(0)
        );
        if self.dense.network.weights.is_none() {
            let seed = self.dense.points.seed;
            text.push_str(&format!("no --weights: initial values of seed {seed}\n"));
        }
        text
    }
}

/// Rows of earlier calls.
#[derive(Debug, Default)]
struct Earlier {
    networks: Vec<SpeedRow>,
    layers: Vec<SpeedLayerRow>,
}

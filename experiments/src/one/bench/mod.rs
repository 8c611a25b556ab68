//! How much faster the small dense network behind a pruned one is: what its size promises, and what is
//! measured.

mod measure;
mod rows;
mod subject;
mod table;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use pruning::Density;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::dense::{self, Dense, DenseArguments};
use super::images;
use crate::error::Error;
use crate::plot;
use crate::processor;
use crate::records::{SpeedRow, files, read_table, write_table};
use subject::Subject;

/// `experiments bench`.
#[derive(Debug, Args)]
#[command(mut_arg("weights", |weights| weights
    .required(false)
    .help("Its weights: safetensors with PyTorch's names and layout [default: initial values from --seed]")))]
pub struct Bench {
    #[command(flatten)]
    dense: DenseArguments,
    /// Densities: shares of prunable weights that stay, each in (0, 1]
    #[arg(long, value_name = "DENSITY,…", value_delimiter = ',', required = true)]
    keep: Vec<f64>,
    /// Folder for speed.csv and plots; what it holds of other networks and methods stays
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Images in a batch
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    batch: u16,
    /// Threads that compute
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// How long each density's forward passes are timed, and its training steps
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0)]
    seconds: f64,
}

impl Bench {
    /// Writes rows and plots; a table of the rows.
    pub(crate) fn run(&self) -> Result<String, Error> {
        let densities = self.densities()?;
        let time = Duration::try_from_secs_f64(self.seconds)
            .map_err(|error| Error::Usage(format!("--seconds {}: {error}", self.seconds)))?;
        let (pruner, dense) = self.dense.load()?;
        let path = self.out.join(files::SPEED);
        fs::create_dir_all(&self.out).map_err(|error| Error::file(&self.out, &error))?;
        // What cannot be read is told now, and not after minutes of measuring.
        read_table::<SpeedRow>(&path)?;
        let subject = self.subject(dense, time)?;
        let pool = self.pool()?;
        let mut measured = Vec::new();
        for density in densities {
            let pruned = self.dense.prune(&*pruner, &subject.dense, density)?;
            measured.push(pool.install(|| subject.measure(density, &pruned)));
            tracing::debug!("density {density} is measured");
        }
        let rows = subject.rows(measured);
        let all = SpeedRow::merged(read_table(&path)?, rows.clone());
        write_table(&path, &all)?;
        plot::draw_speed(&all, &self.out)?;
        Ok(table::table(&rows) + &self.explanation(&rows))
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
        let DenseArguments { network, points, method, bounds, .. } = &self.dense;
        let architecture = dense.network.architecture();
        let about = SpeedRow {
            network: architecture.name().to_owned(),
            method: method.method.clone(),
            scope: method.scope()?.to_string(),
            options: method.options(bounds)?.label(),
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
        Ok(Subject { dense, about, images, batch, time })
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
        let out = self.out.display();
        text + &format!("rows in {out}/{}, plots in {out}/{}\n", files::SPEED, files::PLOTS)
    }
}

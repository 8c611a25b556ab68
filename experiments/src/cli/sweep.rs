//! One experiment at many points.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::sharing::{
    CacheArguments, CheckpointArguments, MetricsArguments, Source, lease, worker_name,
};
use super::{print, stop};
use crate::cache::Cache;
use crate::error::Error;
use crate::run::{Options, Part, Wanted};
use crate::sweep;

/// Arguments of `sweep`.
#[derive(Debug, Args)]
pub(super) struct Sweep {
    #[command(flatten)]
    source: Source,
    /// Folder for the results [default: results/<name of the experiment>]
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// Runs at a time, each on one core [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[command(flatten)]
    cache: CacheArguments,
    #[command(flatten)]
    metrics: MetricsArguments,
    #[command(flatten)]
    checkpoints: CheckpointArguments,
    /// Print the points, their number and the estimated hours, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Take part beside other processes with --share; without it, afterwards, the results are put together
    #[arg(long)]
    share: bool,
    /// Name of this process in the folders [default: machine and process number]
    #[arg(long, value_name = "NAME", requires = "share", value_parser = worker_name)]
    worker: Option<String>,
    /// Silence after which the runs of a process are done by others
    #[arg(long, value_name = "SECONDS", requires = "share", default_value = "120", value_parser = lease)]
    lease: Duration,
}

/// Bytes of dense networks that points share, unless a cache was named.
const CACHE: u64 = 10 << 30;

impl Sweep {
    pub(super) fn run(self) -> Result<(), Error> {
        let sweep = sweep::read(&self.source.config, self.source.overrides())?;
        let jobs = super::jobs(self.jobs);
        if self.dry_run {
            print(&sweep.describe(jobs)?);
            return Ok(());
        }
        let folder = self.results.unwrap_or_else(|| Path::new("results").join(&sweep.name));
        let cache = match self.cache.open()? {
            Some(cache) => cache,
            None => Cache::open(&folder.join("cache"), CACHE)?,
        };
        self.metrics.serve(&folder)?;
        let stop = stop::when_asked();
        let checkpoint_every = self.checkpoints.checkpoint_every;
        let options = Options {
            folder,
            fresh: false,
            title: String::new(),
            jobs,
            checkpoint_every,
            cache: Some(cache),
            dashboard: None,
            stop,
        };
        if !self.share {
            print(&sweep.run(&options)?);
            return Ok(());
        }
        let Self { worker, lease, .. } = self;
        sweep.take_part(&options, &Part { worker, lease, wanted: Wanted::All, waits: true })?;
        print("all runs are finished; put them together with the same command without --share\n");
        Ok(())
    }
}

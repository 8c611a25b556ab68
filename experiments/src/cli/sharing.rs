//! Runs that several processes share.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};

use super::{folder, print, stop};
use crate::cache::Cache;
use crate::config::{self, Overrides};
use crate::error::Error;
use crate::records::{files, to_text};
use crate::run::{self, Options, Part, Prepared, Wanted};
use crate::share::{self, Gauges, PlanRow};
use crate::sweep::{self, Progress};

/// What one of many processes does, and what is made of their folder.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the runs of an experiment as CSV: ids, what each needs, its trainings and iterations
    Plan {
        #[command(flatten)]
        source: Source,
    },
    /// Take part in an experiment: do runs that no other process on the folder does, until all are finished
    Run(Box<Run>),
    /// Put together what the processes of `run` have written: tables, plots and summary
    Merge {
        /// Their results folder
        folder: PathBuf,
    },
    /// Tell how far an experiment or a sweep has come: runs finished, running and waiting, every process, time left
    Status {
        /// Its results folder
        folder: PathBuf,
    },
}

/// Where an experiment comes from.
#[derive(Debug, Clone, Args)]
pub(super) struct Source {
    /// Experiment, such as configs/lenet.toml
    pub(super) config: PathBuf,
    /// Folder with the data set's files
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Put a value in place of the file's; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Compute backend in place of the file's
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// Number of the backend's device, from 0 on, in place of the file's
    #[arg(long, value_name = "N")]
    device: Option<u16>,
}

/// Where trained dense networks are kept for other experiments.
#[derive(Debug, Args)]
pub(super) struct CacheArguments {
    /// Keep trained dense networks in this folder, and take from it those that other experiments have trained
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Size of that folder, above which it loses what was not used for the longest time
    #[arg(long, value_name = "GIB", default_value_t = 10.0, requires = "cache")]
    cache_size: f64,
}

impl CacheArguments {
    pub(super) fn open(&self) -> Result<Option<Cache>, Error> {
        // Whatever is no size is none: the cast takes negative ones for 0.
        let limit = (self.cache_size * f64::from(1 << 30)) as u64;
        self.cache.as_ref().map(|folder| Cache::open(folder, limit)).transpose()
    }
}

/// What a training that is cut off loses.
#[derive(Debug, Args)]
pub(super) struct CheckpointArguments {
    /// Time after which a training writes down again what it has reached; 0s for after every iteration
    #[arg(long, value_name = "TIME", default_value = "5min", value_parser = humantime::parse_duration)]
    pub(super) checkpoint_every: Duration,
}

/// How far it has come, over HTTP.
#[derive(Debug, Args)]
pub(super) struct MetricsArguments {
    /// Answer Prometheus at this address (path /metrics) with what `status` tells
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics_addr: Option<SocketAddr>,
}

impl MetricsArguments {
    pub(super) fn serve(&self, folder: &Path) -> Result<(), Error> {
        let folder = folder.to_owned();
        self.metrics_addr.map_or(Ok(()), |address| share::serve(address, move || gauges(&folder)))
    }
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    source: Source,
    /// Folder for the results, the same for all processes [default: results/<name of the experiment>]
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// Runs at a time, each on one core [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[command(flatten)]
    cache: CacheArguments,
    #[command(flatten)]
    checkpoints: CheckpointArguments,
    #[command(flatten)]
    metrics: MetricsArguments,
    /// The i-th of n parts of the runs, with what they need
    #[arg(long, value_name = "I/N", conflicts_with = "run")]
    shard: Option<Shard>,
    /// This run, with what it needs; may be given several times
    #[arg(long, value_name = "ID")]
    run: Vec<String>,
    /// Name of this process in the folder [default: machine and process number]
    #[arg(long, value_name = "NAME", value_parser = worker_name)]
    worker: Option<String>,
    /// Silence after which the runs of a process are done by others
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = lease)]
    lease: Duration,
}

/// One of several parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shard {
    index: usize,
    of: usize,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            _ => Err("expected i/n with i from 1 to n, such as 2/8".to_owned()),
        }
    }
}

pub(super) fn worker_name(text: &str) -> Result<String, String> {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match !text.is_empty() && text.chars().all(safe) && !text.starts_with('.') {
        true => Ok(text.to_owned()),
        false => Err("expected letters, digits, - and _, since it names a folder".to_owned()),
    }
}

pub(super) fn lease(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.5..=1e6).contains(seconds));
    let seconds = seconds.ok_or("expected seconds from 0.5 on, such as 120")?;
    Ok(Duration::from_secs_f64(seconds))
}

impl Command {
    pub(super) fn run(self) -> Result<(), Error> {
        match self {
            Self::Plan { source } => {
                print(&to_text(&PlanRow::all(&source.prepare()?))?);
                Ok(())
            }
            Self::Run(arguments) => arguments.take_part(),
            Self::Merge { folder } => merge(&folder),
            Self::Status { folder } => {
                print(&match sweep::is_sweep(&folder) {
                    true => Progress::read(&folder)?.text(),
                    false => share::status(&folder)?.text(),
                });
                Ok(())
            }
        }
    }
}

impl Source {
    pub(super) fn overrides(&self) -> Overrides {
        let Self { data, set, backend, device, .. } = self.clone();
        Overrides { set, data, backend, device, is_of_sweep: false }
    }

    pub(super) fn prepare(self) -> Result<Prepared, Error> {
        let overrides = self.overrides();
        run::prepare(config::read(&self.config, &overrides)?)
    }
}

impl Run {
    fn take_part(self) -> Result<(), Error> {
        let prepared = self.source.prepare()?;
        let name = &prepared.experiment.name;
        let folder = self.results.unwrap_or_else(|| Path::new("results").join(name));
        let options = Options {
            folder: folder.clone(),
            fresh: false,
            title: String::new(),
            jobs: super::jobs(self.jobs),
            checkpoint_every: self.checkpoints.checkpoint_every,
            cache: self.cache.open()?,
            stop: stop::when_asked(),
            dashboard: None,
        };
        self.metrics.serve(&folder)?;
        let wanted = match self.shard {
            Some(Shard { index, of }) => Wanted::Shard { index: index - 1, of },
            None if self.run.is_empty() => Wanted::All,
            None => Wanted::Runs(self.run),
        };
        run::take_part(
            prepared,
            &options,
            &Part { worker: self.worker, lease: self.lease, wanted, waits: true },
        )?;
        let status = share::status(&folder)?;
        print(&format!(
            "{} of {} runs of {} are finished; put them together with: experiments merge {}\n",
            status.finished(),
            status.planned(),
            folder.display(),
            folder.display()
        ));
        Ok(())
    }
}

/// How far an experiment or a sweep has come.
fn gauges(folder: &Path) -> Result<Gauges, Error> {
    match sweep::is_sweep(folder) {
        true => Ok(Progress::read(folder)?.gauges()),
        false => Ok(Gauges::of(&share::status(folder)?)),
    }
}

fn merge(folder: &Path) -> Result<(), Error> {
    let merged = share::merge(folder)?;
    if merged.finished > 0 {
        folder::redraw(folder, None)?;
    }
    print(&format!(
        "{} of {} runs are in {}, {} of them new\n",
        merged.finished,
        merged.planned,
        folder.join(files::RUNS).display(),
        merged.new
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_from_one() {
        assert_eq!("2/8".parse(), Ok(Shard { index: 2, of: 8 }));
        assert_eq!("1/1".parse(), Ok(Shard { index: 1, of: 1 }));
        for wrong in ["", "2", "0/8", "9/8", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().unwrap_err().contains("such as 2/8"), "{wrong}");
        }
    }

    #[test]
    fn names_and_leases_are_looked_at() {
        assert!(worker_name("node-3_a.1").is_ok());
        assert!(["", "../x", "a b", ".x"].iter().all(|name| worker_name(name).is_err()));
        assert_eq!(lease("1.5"), Ok(Duration::from_millis(1500)));
        assert!(["0", "-1", "nan", "inf", "soon"].iter().all(|text| lease(text).is_err()));
    }
}

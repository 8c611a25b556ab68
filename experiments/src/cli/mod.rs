//! The command line: arguments in, messages and exit codes out.

mod calibrate;
mod folder;
mod sharing;
mod stop;
mod sweep;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::config::{self, Overrides};
use crate::dashboard::Dashboard;
use crate::error::Error;
use crate::list::{Topic, list};
use crate::plot::Bars;
use crate::records::files;
use crate::run::{self, Options, Prepared};
use crate::{cost, logging, one, replay};

/// Train, prune, retrain: accuracy against sparsity, with controls.
#[derive(Debug, Parser)]
#[command(
    name = "experiments",
    version,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArguments,
    /// Details of every run
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Warnings and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Draw the plots and the summary of a results folder again, from its curves.csv or speed.csv alone
    Plot {
        /// Folder with curves.csv or speed.csv
        folder: PathBuf,
        /// What bars of accuracies reach to [default: the folder's, else deviation]
        #[arg(long, value_name = "KIND")]
        bars: Option<Bars>,
    },
    /// Judge the rows of a results folder: winning tickets, what may be shipped, how much may go
    Verdict {
        /// Folder with curves.csv
        folder: PathBuf,
        /// Points of test accuracy that still count as equally good [default: the folder's, else 0.5]
        #[arg(long, value_name = "POINTS")]
        margin: Option<f64>,
    },
    /// Write report.md, report.html and costs.csv of a results folder again, from its tables alone
    Report {
        /// Folder with curves.csv
        folder: PathBuf,
    },
    /// Set the rows of a results folder beside what others have found of lottery tickets
    Compare {
        /// Folder with curves.csv
        folder: PathBuf,
        /// Whose findings: paper or replication
        #[arg(long, value_name = "NAME", default_value = "paper")]
        with: String,
    },
    /// Do one finished run again, elsewhere, and compare its rows bit for bit
    Replay {
        /// Id of the run, from runs.csv
        run: String,
        /// Folder with its results and config.toml
        #[arg(long, value_name = "DIR")]
        results: PathBuf,
        /// Folder with the data set's files
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    #[command(flatten)]
    Sharing(sharing::Command),
    /// Run an experiment at many points: the grid, lists and draws of its [sweep]
    Sweep(Box<sweep::Sweep>),
    /// Measure when sparse steps are faster than dense ones, which `compute = "auto"` chooses by
    Calibrate(calibrate::Calibrate),
    #[command(flatten)]
    One(Box<one::Command>),
    /// Name the methods, networks, data sets and backends
    List {
        /// One kind alone
        topic: Option<Topic>,
    },
}

#[derive(Debug, Args)]
struct RunArguments {
    /// Experiment to run, such as configs/lenet.toml; what is finished already is skipped
    config: Option<PathBuf>,
    /// Folder with the data set's files
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Put a value in place of the file's; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Compute backend in place of the file's; auto for the best that is compiled in and answers
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// Number of the backend's device, from 0 on, in place of the file's
    #[arg(long, value_name = "N")]
    device: Option<u16>,
    /// Folder for the results [default: results/<name of the experiment>]
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// Runs at a time, each on one core [default: all cores; 1 on a GPU, which runs share]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[command(flatten)]
    cache: sharing::CacheArguments,
    #[command(flatten)]
    checkpoints: sharing::CheckpointArguments,
    #[command(flatten)]
    metrics: sharing::MetricsArguments,
    /// Show the training under way on burn-train's dashboard, with one run at a time; takes a build with --features tui
    #[arg(long, conflicts_with = "jobs")]
    tui: bool,
    /// Delete earlier results of this folder and start anew
    #[arg(long)]
    fresh: bool,
    /// Print the plan and what it costs, and run nothing
    #[arg(long)]
    dry_run: bool,
}

/// Exit code for an error.
const FAILED: u8 = 1;
/// Exit code after Ctrl-C, as shells have it: 128 + SIGINT.
const INTERRUPTED: u8 = 130;

/// Runs the program; the one place that turns errors into messages and exit codes.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::start(cli.verbose, cli.quiet);
    let outcome = match cli.command {
        Some(Command::Plot { folder, bars }) => folder::redraw(&folder, bars),
        Some(Command::Verdict { folder, margin }) => folder::judge(&folder, margin),
        Some(Command::Report { folder }) => folder::report(&folder),
        Some(Command::Compare { folder, with }) => folder::compare(&folder, &with),
        Some(Command::Replay { run, results, data }) => {
            let request = replay::Request { run, results, data, stop: stop::when_asked() };
            replay::replay(&request).map(|text| print(&text))
        }
        Some(Command::Sharing(command)) => command.run(),
        Some(Command::Sweep(arguments)) => arguments.run(),
        Some(Command::Calibrate(arguments)) => arguments.run(),
        Some(Command::One(command)) => command.run().map(|text| print(&text)),
        Some(Command::List { topic }) => {
            print(&list(topic));
            Ok(())
        }
        None => start(cli.run),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Interrupted) => {
            eprintln!("{}", Error::Interrupted);
            ExitCode::from(INTERRUPTED)
        }
        Err(error) => {
            tracing::debug!("{error}");
            error.to_string().lines().for_each(|line| eprintln!("error: {line}"));
            ExitCode::from(FAILED)
        }
    }
}

fn start(arguments: RunArguments) -> Result<(), Error> {
    let Some(path) = arguments.config else {
        return Err(Error::Usage(
            "no configuration; give a file such as configs/lenet.toml".to_owned(),
        ));
    };
    let RunArguments { set, data, backend, device, .. } = arguments;
    let overrides = Overrides { set, data, backend, device, is_of_sweep: false };
    let experiment = config::read(&path, &overrides)?;
    let folder = arguments.results.unwrap_or_else(|| Path::new("results").join(&experiment.name));
    let prepared = run::prepare(experiment)?;
    let jobs = match arguments.tui {
        true => 1,
        false => arguments.jobs.map_or_else(|| usual_jobs(&prepared), usize::from),
    };
    if arguments.dry_run {
        print(&cost::describe(&prepared, &folder, jobs));
        return Ok(());
    }
    let fresh = arguments.fresh;
    let cache = arguments.cache.open()?;
    arguments.metrics.serve(&folder)?;
    let checkpoint_every = arguments.checkpoints.checkpoint_every;
    let stop = stop::when_asked();
    let title = String::new();
    let dashboard = arguments.tui.then(|| Dashboard::open(stop.clone())).transpose()?.map(Arc::new);
    execute(
        &prepared,
        Options { folder, fresh, title, jobs, checkpoint_every, cache, stop, dashboard },
    )
}

/// Runs at a time: as asked for, or one for each core.
fn jobs(asked: Option<u16>) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    asked.map_or(cores, usize::from)
}

/// One run for each core; one alone on a graphics card, which it can fill by itself.
fn usual_jobs(prepared: &Prepared) -> usize {
    match prepared.opened.backend.is_gpu {
        true => 1,
        false => jobs(None),
    }
}

fn execute(prepared: &Prepared, options: Options) -> Result<(), Error> {
    std::fs::create_dir_all(&options.folder)
        .map_err(|error| Error::file(&options.folder, &error))?;
    logging::also_to(&options.folder.join(files::LOG))?;
    let data = &prepared.data;
    tracing::info!(
        "{}: {} on {} ({}), backend {}, {} at a time, results in {}",
        prepared.experiment.name,
        prepared.architecture.name(),
        data.name,
        data.origin,
        prepared.opened.describe(),
        options.jobs,
        options.folder.display()
    );
    let outcome = run::execute(prepared, &options);
    // A dashboard gives the terminal back before anything is said.
    let Options { folder, dashboard, .. } = options;
    drop(dashboard);
    outcome?;
    folder::redraw(&folder, None)?;
    folder::report(&folder)
}

/// Prints to standard output; a reader that has gone away, such as `head`, is no error.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
}

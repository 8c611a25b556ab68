use std::str::FromStr;

use clap::Args;
use models::Architecture;
use pruning::methods::{self, Options};
use pruning::{Allocation, ErrorForm, Grain, Measure, Offsets, Pruner, Reduction, Scope, Trust};

use crate::config;
use crate::error::Error;

/// Which method.
#[derive(Debug, Args)]
pub(super) struct MethodArguments {
    /// Name of the method (`experiments list methods`)
    #[arg(long, value_name = "NAME", default_value = "sipp")]
    pub(super) method: String,
    /// Where weights compete: global, per-layer, per-unit, erk or rates [default: as published]
    #[arg(long, value_name = "NAME")]
    scope: Option<String>,
    /// For the scope rates: what a layer loses of its survivors in a round, such as 'fc3=0.1,*=0.2'
    #[arg(long, value_name = "LAYER=RATE", value_delimiter = ',', value_parser = rate)]
    rates: Vec<(String, f64)>,
    /// Layers that keep all their weights: first, last, names or globs
    #[arg(long, value_name = "LAYER", value_delimiter = ',')]
    leave_out: Vec<String>,
    /// Remove weights without a path from input to output, and spend the budget elsewhere
    #[arg(long)]
    remove_dead: bool,
    /// Of relative importance over positions: mean or max [default: as published for the method]
    #[arg(long, value_name = "NAME")]
    reduction: Option<String>,
    /// Error of drawn sides: bernstein or published [default: bernstein]
    #[arg(long, value_name = "NAME")]
    error_form: Option<String>,
    /// How often what is left is scored again on the way to the density [default: 1; synflow: 100]
    #[arg(long, value_name = "N")]
    steps: Option<usize>,
    /// What grasp divides logits by [default: 200]
    #[arg(long, value_name = "T")]
    temperature: Option<f64>,
    /// What obs and thinet add to the diagonal of their least-squares problems, as a share of its mean
    /// [default: 0.01]
    #[arg(long, value_name = "SHARE")]
    damping: Option<f64>,
    /// Of the sensitivities of channels over the offsets of a kernel: sum or max [default: sum]
    #[arg(long, value_name = "NAME")]
    offsets: Option<String>,
    /// pfp takes pixels of the image away too
    #[arg(long)]
    pixels: bool,
    /// Outputs of each layer that thinet draws for each point [default: 10]
    #[arg(long, value_name = "N")]
    samples: Option<usize>,
    /// What the density is a share of, for methods that prune channels: parameters or multiply-adds
    #[arg(long, value_name = "NAME", default_value = "parameters")]
    budget: String,
}

fn rate(text: &str) -> Result<(String, f64), String> {
    let (layer, rate) = text.split_once('=').ok_or("expected LAYER=RATE, such as fc3=0.1")?;
    let rate = rate.parse().map_err(|_| format!("\"{rate}\"; expected a number such as 0.1"))?;
    Ok((layer.to_owned(), rate))
}

impl MethodArguments {
    pub(super) fn entry(&self) -> Result<&'static methods::Entry, Error> {
        Ok(methods::entry(&self.method)?)
    }

    /// Its own, or as published.
    pub(super) fn scope(&self) -> Result<Scope, Error> {
        Ok(match &self.scope {
            Some(scope) => scope.parse()?,
            None => self.entry()?.scope,
        })
    }

    /// What the density is a share of.
    pub(super) fn measure(&self) -> Result<Measure, Error> {
        Ok(self.budget.parse()?)
    }

    /// The method.
    pub(super) fn build(&self, bounds: &BoundArguments) -> Result<Box<dyn Pruner>, Error> {
        let options = self.options(bounds)?;
        self.scope()?;
        Ok(self.entry()?.build(&options)?)
    }

    /// What is set of it; δ and C of drawing methods are those of the bounds.
    pub(super) fn options(&self, bounds: &BoundArguments) -> Result<Options, Error> {
        let draws = self.entry()?.takes("constant");
        let reduction = self.reduction.as_deref().map(Reduction::from_str).transpose()?;
        let error_form = self.error_form.as_deref().map(ErrorForm::from_str).transpose()?;
        Ok(Options {
            reduction,
            error_form,
            failure_probability: bounds.failure_probability.filter(|_| draws),
            constant: bounds.constant.filter(|_| draws),
            steps: self.steps,
            temperature: self.temperature,
            damping: self.damping,
            offsets: self.offsets.as_deref().map(Offsets::from_str).transpose()?,
            pixels: self.pixels.then_some(true),
            samples: self.samples,
        })
    }

    /// Where the weights of this network compete.
    pub(super) fn allocation(&self, architecture: &Architecture) -> Result<Allocation, Error> {
        let usage = |option: &str| {
            let option = option.to_owned();
            move |problem| Error::Usage(format!("--{option}: {problem}"))
        };
        let pairs = self.rates.iter().map(|(layer, rate)| (layer.as_str(), *rate));
        let rates = match self.rates.is_empty() {
            true => Vec::new(),
            false => config::rates(pairs, architecture).map_err(usage("rates"))?,
        };
        let left_out =
            config::left_out(&self.leave_out, architecture).map_err(usage("leave-out"))?;
        let (scope, measure, grain) = (self.scope()?, self.measure()?, self.entry()?.grain());
        if !scope.fits(grain) || (measure != Measure::Parameters && grain == Grain::Weights) {
            let (prunes, fit) = match grain {
                Grain::Weights => (
                    "single weights",
                    "scope global, per-layer, per-unit, erk or rates, budget parameters",
                ),
                Grain::Channels => ("whole channels", "scope global or uniform"),
            };
            return Err(Error::Usage(format!(
                "method \"{}\" prunes {prunes}; expected {fit}, found scope {scope}, budget {measure}",
                self.method
            )));
        }
        Ok(Allocation { scope, rates, left_out, remove_dead: self.remove_dead, measure })
    }
}

/// What error bounds assume.
#[derive(Debug, Args)]
pub(super) struct BoundArguments {
    /// δ: drawn sides keep all their bounds with probability 1 − δ [default: 0.05]
    #[arg(long, value_name = "P")]
    failure_probability: Option<f64>,
    /// C: by how much sensitivities over the points may fall short of those over all inputs [default: 3]
    #[arg(long, value_name = "C")]
    constant: Option<f64>,
}

impl BoundArguments {
    pub(super) fn trust(&self) -> Result<Trust, Error> {
        let delta = self.failure_probability;
        let delta = delta.unwrap_or_else(|| ErrorForm::default().failure_probability());
        Ok(Trust::new(delta, self.constant.unwrap_or(Options::CONSTANT))?)
    }
}

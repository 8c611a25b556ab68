use super::Entry;
use crate::error::PruneError;
use crate::pfp::Offsets;
use crate::sampling::ErrorForm;
use crate::sensitivity::Reduction;

/// What can be set of a method; what is not set takes the method's default.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Options {
    /// `reduction`: of relative importance over positions. Default: mean for `sipp`, max for the
    /// sampled and hybrid methods, as published.
    pub reduction: Option<Reduction>,
    /// `error_form`: of sampled sides. Default: Bernstein's bound.
    pub error_form: Option<ErrorForm>,
    /// `failure_probability`: δ in (0, 1). Default: 0.05, or 1e-16 for the published form.
    pub failure_probability: Option<f64>,
    /// `constant`: C ≥ 1, by which sensitivities over the points may fall short of those over all
    /// inputs. Default: 3, as in the authors' code.
    pub constant: Option<f64>,
    /// `steps`: how often what is left is scored again on the way to the budget. Default: 1, or 100
    /// for `synflow`.
    pub steps: Option<usize>,
    /// `temperature`: what logits are divided by. Default: 200 for `grasp`.
    pub temperature: Option<f64>,
    /// `damping`: what is added to the diagonal of the Hessian, as a share of its mean. Default:
    /// 0.01 for `obs` and `thinet`.
    pub damping: Option<f64>,
    /// `offsets`: of relative importance over the offsets of a kernel. Default: their sum, as the
    /// theorem of `pfp` demands.
    pub offsets: Option<Offsets>,
    /// `pixels`: whether `pfp` takes pixels of the image away too. Default: no.
    pub pixels: Option<bool>,
    /// `samples`: values of each layer that are drawn for each point. Default: 10 for `thinet`.
    pub samples: Option<usize>,
}

impl Options {
    /// The constant C where none is given.
    pub const CONSTANT: f64 = 3.0;

    /// What is set, as `name=value` with commas between; empty where nothing is.
    pub fn label(&self) -> String {
        let set = self.set().into_iter().flatten();
        set.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
    }

    /// Checks every value's range and whether the method takes it.
    pub(super) fn check(&self, entry: &Entry) -> Result<(), PruneError> {
        for (option, value) in self.set().into_iter().flatten() {
            if !entry.takes(option) {
                let takes = match entry.options {
                    [] => "it takes no options".to_owned(),
                    options => format!("it takes: {}", options.join(", ")),
                };
                let problem =
                    format!("{value}; method \"{}\" does not take it ({takes})", entry.name);
                return Err(PruneError::Option { option, problem });
            }
        }
        check_failure_probability(self.failure_probability)?;
        check_constant(self.constant)?;
        check_positive("temperature", self.temperature)?;
        check_positive("damping", self.damping)?;
        for (option, value) in [("steps", self.steps), ("samples", self.samples)] {
            let none = value.filter(|&value| value == 0);
            reject(option, none.map(|_| "0; expected at least 1".to_owned()))?;
        }
        Ok(())
    }

    fn set(&self) -> [Option<(&'static str, String)>; 10] {
        [
            self.reduction.map(|value| ("reduction", value.to_string())),
            self.error_form.map(|value| ("error_form", value.to_string())),
            self.failure_probability.map(|value| ("failure_probability", value.to_string())),
            self.constant.map(|value| ("constant", value.to_string())),
            self.steps.map(|value| ("steps", value.to_string())),
            self.temperature.map(|value| ("temperature", value.to_string())),
            self.damping.map(|value| ("damping", value.to_string())),
            self.offsets.map(|value| ("offsets", value.to_string())),
            self.pixels.map(|value| ("pixels", value.to_string())),
            self.samples.map(|value| ("samples", value.to_string())),
        ]
    }
}

/// δ lies in (0, 1).
pub(crate) fn check_failure_probability(value: Option<f64>) -> Result<(), PruneError> {
    let fits = |value: f64| value > 0.0 && value < 1.0;
    let problem = |value| format!("{value}; expected a probability above 0 and below 1");
    reject("failure_probability", value.filter(|&value| !fits(value)).map(problem))
}

/// C is at least 1.
pub(crate) fn check_constant(value: Option<f64>) -> Result<(), PruneError> {
    let fits = |value: f64| value >= 1.0 && value.is_finite();
    let problem = |value| {
        format!("{value}; expected at least 1 (sensitivities over the points are a lower bound)")
    };
    reject("constant", value.filter(|&value| !fits(value)).map(problem))
}

fn check_positive(option: &'static str, value: Option<f64>) -> Result<(), PruneError> {
    let fits = |value: f64| value > 0.0 && value.is_finite();
    let problem = |value| format!("{value}; expected a positive number");
    reject(option, value.filter(|&value| !fits(value)).map(problem))
}

fn reject(option: &'static str, problem: Option<String>) -> Result<(), PruneError> {
    problem.map_or(Ok(()), |problem| Err(PruneError::Option { option, problem }))
}

#[cfg(test)]
mod tests {
    use super::super::entry;
    use super::*;

    #[test]
    fn what_does_not_fit_the_method_is_named() {
        let options = Options { reduction: Some(Reduction::Max), ..Options::default() };
        assert!(entry("sipp").unwrap().build(&options).is_ok());
        let message = entry("magnitude").unwrap().build(&options).err().unwrap().to_string();
        assert!(message.contains("reduction") && message.contains("\"magnitude\""), "{message}");
        for bad in [0.0, 1.0, f64::NAN] {
            let options = Options { failure_probability: Some(bad), ..Options::default() };
            assert!(entry("sipp-rand").unwrap().build(&options).is_err());
        }
        for bad in [0.5, f64::INFINITY, f64::NAN] {
            let options = Options { constant: Some(bad), ..Options::default() };
            assert!(entry("sipp-hybrid").unwrap().build(&options).is_err());
        }
    }

    #[test]
    fn labels_name_what_is_set() {
        assert_eq!(Options::default().label(), "");
        let options =
            Options { reduction: Some(Reduction::Mean), constant: Some(9.0), ..Options::default() };
        assert_eq!(options.label(), "reduction=mean,constant=9");
    }
}

use clap::Args;

use super::print;
use super::sharing::Source;
use crate::calibration;
use crate::error::Error;

/// `experiments calibrate`.
#[derive(Debug, Args)]
pub(super) struct Calibrate {
    #[command(flatten)]
    source: Source,
    /// Measure anew, whatever was measured on this machine before
    #[arg(long)]
    again: bool,
    /// Beside the predictions, measure steps at several densities, of layers alike and of uneven ones
    #[arg(long)]
    check: bool,
}

impl Calibrate {
    pub(super) fn run(self) -> Result<(), Error> {
        let prepared = self.source.prepare()?;
        if prepared.opened.backend.is_gpu {
            let problem = "sparse steps are done on the CPU, and on a GPU all steps are dense: there is nothing to \
                           choose; expected backend = \"flex\" or another one for the CPU";
            return Err(Error::Usage(problem.to_owned()));
        }
        let network = prepared.initial(prepared.experiment.seeds[0]);
        let subject = prepared.subject(&network);
        if self.again {
            calibration::forget(&subject)?;
        }
        let costs = calibration::of_machine(&subject);
        print(&costs.table());
        if self.check {
            print(&subject.check(&costs));
        }
        Ok(())
    }
}

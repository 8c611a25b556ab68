use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::print;
use super::sharing::Source;
use crate::error::Error;
use crate::records::{StepRow, files, read_table, write_table};
use crate::{calibration, plot};

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
    /// With --check: folder for steps.csv and plots; what it holds of other networks stays
    #[arg(long, value_name = "DIR", requires = "check")]
    out: Option<PathBuf>,
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
            let rows = subject.check(&costs);
            print(&calibration::table(&rows));
            self.out.map_or(Ok(()), |folder| write(&folder, rows))?;
        }
        Ok(())
    }
}

fn write(folder: &Path, rows: Vec<StepRow>) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
    let path = folder.join(files::STEPS);
    let all = StepRow::merged(read_table(&path)?, rows);
    write_table(&path, &all)?;
    let plots = plot::draw_steps(&all, folder)?;
    print(&format!("rows in {}, {} plots beside it\n", path.display(), plots.len()));
    Ok(())
}

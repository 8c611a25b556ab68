use burn::tensor::Tensor;
use models::Network;
use pruning::{Certificate, Certifier, Propagated, PruneError, Pruned, Trust};

use super::choice::How;
use super::context::Context;
use crate::config::Timing;
use crate::error::Error;
use crate::invariants::Violation;
use crate::plan::Run;
use crate::records::certificates::{Middle, layer_rows, output_tightness};
use crate::records::{CertificateRow, CurveRow, SideRow, files, to_text, write_table};

/// Certifies the prunings of a run: bounds on how far the pruned network can be from the one that was
/// pruned, beside what was measured.
///
/// There are certificates where survivors start from the values of that network. Rewound and redrawn
/// ones have nothing to do with it.
pub(super) struct Certificates<'a> {
    context: &'a Context<'a>,
    run: &'a Run,
    trust: Trust,
    points: Tensor<4>,
    held_out: Option<Tensor<4>>,
    /// Under the one-shot schedule it is always the same network that is pruned.
    keep: bool,
    certifier: Option<Certifier>,
    sides: Vec<SideRow>,
}

impl<'a> Certificates<'a> {
    /// `None` where there are none to give.
    pub(super) fn new(
        context: &'a Context<'a>,
        run: &'a Run,
        how: How,
    ) -> Result<Option<Self>, Error> {
        let trust = context.prepared.experiment.certificates;
        // Under the gradual schedule no network is pruned at once.
        let certified = how.retraining.keeps_values() && how.timing != Timing::Gradual;
        let Some(trust) = trust.filter(|_| certified) else {
            return Ok(None);
        };
        Ok(Some(Self {
            context,
            run,
            trust,
            points: context.points(run)?.images,
            held_out: context.held_out_points(run)?,
            keep: how.timing == Timing::OneShot,
            certifier: None,
            sides: Vec::new(),
        }))
    }

    /// Certifies one pruning and writes its medians and worst into the row.
    pub(super) fn certify(
        &mut self,
        dense: &Network,
        survivors: &Network,
        pruned: &Pruned,
        row: &mut CurveRow,
    ) -> Result<Vec<CertificateRow>, Error> {
        let certifier = match self.certifier.take() {
            Some(certifier) => Ok(certifier),
            None => self.certifier(dense),
        };
        let certificate = certifier.and_then(|certifier| {
            let certificate = certifier.certify(survivors, pruned.draws.as_deref());
            self.certifier = self.keep.then_some(certifier);
            certificate
        });
        let certificate = match certificate {
            Ok(certificate) => certificate,
            Err(PruneError::BoundExceeded { layer, problem }) => {
                let problem = format!("{problem}; the bound was exceeded on its own points");
                return Err(Violation::of_layer("bound", &layer, problem).in_run(&self.run.id));
            }
            Err(error) => {
                tracing::warn!("{}: no certificate: {error}", self.run.id);
                return Ok(Vec::new());
            }
        };
        set_medians(row, &certificate);
        let architecture = &self.context.prepared.architecture;
        self.sides.extend(SideRow::all(row.density_asked, architecture, &certificate));
        let rows = layer_rows(architecture, &certificate).into_iter();
        Ok(rows
            .map(|layer| CertificateRow {
                run: row.run.clone(),
                method: row.method.clone(),
                retraining: row.retraining.clone(),
                seed: row.seed,
                density_asked: row.density_asked,
                ..layer
            })
            .collect())
    }

    /// Writes the sides of all certificates of the run.
    pub(super) fn finish(&self) -> Result<(), Error> {
        write_table(&files::sides(self.context.store.folder(), &self.run.id), &self.sides)
    }

    /// The sides of the certificates so far.
    pub(super) fn sides_text(&self) -> Result<String, Error> {
        to_text(&self.sides)
    }

    /// Goes on after those that [`sides_text`](Self::sides_text) told.
    pub(super) fn set_sides(&mut self, sides: Vec<SideRow>) {
        self.sides = sides;
    }

    fn certifier(&self, dense: &Network) -> Result<Certifier, PruneError> {
        let (points, held_out) = (self.points.clone(), self.held_out.clone());
        Certifier::new(dense.clone(), points, held_out, self.trust)
    }
}

fn set_medians(row: &mut CurveRow, certificate: &Certificate) {
    let sides = || certificate.sides.iter().flatten().filter(|side| side.weights > 0);
    let bound = Middle::of(sides().map(|side| side.bound_points));
    let observed = Middle::of(sides().map(|side| side.observed));
    (row.error_bound_median, row.error_bound_worst) = (bound.median, bound.largest);
    (row.error_observed_median, row.error_observed_worst) = (observed.median, observed.largest);
    let Propagated { logits, certified, changed, .. } = &certificate.points;
    let (bound, change) = (Middle::of_points(&logits.bound), Middle::of_points(&logits.change));
    (row.logit_bound_median, row.logit_bound_worst) = (bound.median, bound.largest);
    (row.logit_change_median, row.logit_change_worst) = (change.median, change.largest);
    row.logit_tightness_median = output_tightness(logits).median;
    let share = |count: usize| Some(count as f64 / logits.bound.len() as f64);
    (row.certified_share, row.changed_share) = (share(*certified), share(*changed));
}

use super::Prepared;
use super::context::{Context, labels};
use crate::config::{MaskKind, Method, Retraining, Sharing};
use crate::error::Error;
use crate::plan::{Kind, Run};
use crate::processor;
use crate::records::RunRow;
use crate::seeds::Seeds;

impl Context<'_> {
    /// Writes the line that makes a run finished, with the seeds that it drew from.
    pub(super) fn finished(&self, run: &Run, status: String, seconds: f64) -> Result<(), Error> {
        let Prepared { experiment, architecture, data, opened, .. } = self.prepared;
        let [method, scope, options, schedule, retraining] = labels(run.kind);
        let seeds = Seeds::new(run.seed);
        let index = run.at.first().copied().unwrap_or(0);
        let drew = |does: fn(&Method, Retraining) -> bool, seed: u64| match run.kind {
            Kind::Parent => None,
            Kind::Survivors { method, retraining, .. } => does(&method, retraining).then_some(seed),
        };
        let certified = experiment.certificates.is_some();
        self.at_round(run, usize::MAX)?;
        let row = RunRow {
            run: run.id.clone(),
            experiment: experiment.name.clone(),
            dataset: data.name.clone(),
            network: architecture.name().to_owned(),
            method,
            scope,
            options,
            schedule,
            retraining,
            seed: run.seed,
            repeat: run.repeat,
            split_seed: experiment.split_seed,
            init_seed: seeds.init(),
            order_seed: seeds.order(index),
            augmentation_seed: experiment.augmentation.map(|_| seeds.augmentation(index)),
            points_seed: seeds.points(),
            held_out_seed: drew(|_, retraining| retraining.keeps_values(), seeds.held_out())
                .filter(|_| certified),
            prune_seed: seeds.prune(index),
            draw_seed: drew(|_, _| true, seeds.draw(index)),
            same_as_seed: drew(
                |method, _| matches!(method.scope, Sharing::SameAs(_)),
                seeds.same_as(),
            ),
            mask_control_seed: drew(
                |method, _| matches!(method.mask, MaskKind::Shuffled | MaskKind::Random),
                seeds.mask_control(index),
            ),
            random_mask_seed: drew(
                |_, retraining| retraining == Retraining::RandomMask,
                seeds.random_mask(index, run.repeat),
            ),
            reinit_seed: drew(
                |_, retraining| retraining == Retraining::Reinit,
                seeds.reinit(index, run.repeat),
            ),
            signs_seed: drew(
                |_, retraining| retraining == Retraining::FreshSigns,
                seeds.signs(index, run.repeat),
            ),
            rewind_to: run.rewind_to.map(|moment| self.prepared.moment(moment)),
            second_order_seed: Some(seeds.second_order(index))
                .filter(|_| self.prepared.second_iterations(run) > 0),
            backend: opened.backend.name.to_owned(),
            adapter: opened.adapter.clone(),
            cpu: processor::kind(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            status,
            seconds,
        };
        self.store.finish(&row)?;
        // Where another process has finished the run too, its result is the one that counts.
        if let Some(claims) = self.claims
            && !claims.finish(&run.id, &row.status)?
        {
            tracing::warn!("{}: another process has finished it too, and was first", run.id);
        }
        Ok(())
    }
}

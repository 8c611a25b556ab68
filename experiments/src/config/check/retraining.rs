use super::Checker;
use crate::config::method::{Method, Retraining, Timing};
use crate::config::raw;
use crate::config::treatment::Treatment;

const KEY: &str = "prune.retraining";

/// Lists of retrainings.
impl Checker {
    pub(super) fn retraining(
        &mut self,
        raw: &raw::Prune,
        listed: &[raw::Retraining],
    ) -> Vec<Treatment> {
        let listed: Vec<_> = listed.iter().map(raw::Retraining::treatment).collect();
        let names: Vec<String> = listed.iter().map(|each| each.name.clone()).collect();
        let retraining = self.names(KEY, &names, Retraining::ALL, Retraining::as_str);
        self.fits_schedules(raw, &retraining);
        let find = |name: &str| retraining.iter().copied().find(|known| known.as_str() == name);
        let known = listed.into_iter().filter_map(|each| Some((find(&each.name)?, each)));
        known.map(|(retraining, each)| self.treatment(raw, retraining, each)).collect()
    }

    fn fits_schedules(&mut self, raw: &raw::Prune, retraining: &[Retraining]) {
        let control = retraining.iter().find(|retraining| retraining.is_control());
        if let Some(control) = control {
            let alone =
                asks_for(raw, Timing::Iterative) && !retraining.contains(&Retraining::Rewind);
            self.require(KEY, !alone, || {
                format!(
                    "under the iterative schedule \"{control}\" trains the masks that \"rewind\" finds; \
                     add \"rewind\" to the list"
                )
            });
        }
        let trains_on = |retraining: &&Retraining| {
            matches!(retraining, Retraining::FineTune | Retraining::AtInit)
        };
        if asks_for(raw, Timing::Gradual)
            && let Some(other) = retraining.iter().find(|kind| !trains_on(kind))
        {
            let message = format!(
                "under the gradual schedule the mask is found while survivors train, from trained values \
                 (\"fine-tune\") or initial ones (\"prune-at-init\"); found \"{other}\""
            );
            self.reject(KEY, message);
        }
    }

    fn treatment(
        &mut self,
        raw: &raw::Prune,
        retraining: Retraining,
        raw::Treatment { repeats, at, .. }: raw::Treatment,
    ) -> Treatment {
        let key = "prune.retraining.repeats";
        self.require(key, (1..=1000).contains(&repeats), || {
            format!("{repeats}; expected 1 to 1000")
        });
        self.require(key, repeats == 1 || retraining.draws(), || {
            let draw = Retraining::ALL.iter().filter(|kind| kind.draws());
            let draw: Vec<_> = draw.map(|kind| kind.as_str()).collect();
            format!(
                "{repeats} of \"{retraining}\", which draws nothing and would give the same again; \
                 expected 1, or one of: {}",
                draw.join(", ")
            )
        });
        let count = density_count(&raw.densities);
        let at = at.map(|at| self.positions(raw, retraining, at, count));
        // All of them, however that is said, are the same runs.
        Treatment { retraining, repeats, at: at.filter(|at| at.len() < count) }
    }

    /// Controls of an iterative run are done where its ticket is trained.
    pub(super) fn comes_to_retraining(
        &mut self,
        raw: &raw::Prune,
        methods: &[(Method, Vec<Treatment>)],
        every: usize,
    ) {
        let asked = methods.iter().flat_map(|(_, treatments)| treatments);
        let positions = asked.filter_map(|treatment| treatment.at.as_deref()).flatten();
        let between: Vec<usize> =
            positions.copied().filter(|position| !position.is_multiple_of(every)).collect();
        self.require(
            "prune.retraining.at",
            between.is_empty() || !asks_for(raw, Timing::Iterative),
            || {
                format!(
                    "{between:?} with retrain.every = {every}: nothing is retrained there under the iterative \
                     schedule; expected multiples of {every}"
                )
            },
        );
    }

    fn positions(
        &mut self,
        raw: &raw::Prune,
        retraining: Retraining,
        at: Vec<usize>,
        count: usize,
    ) -> Vec<usize> {
        let key = "prune.retraining.at";
        let fits = at.iter().all(|position| (1..=count).contains(position));
        self.require(key, !at.is_empty() && fits && at.is_sorted_by(|a, b| a < b), || {
            format!("{at:?}; expected rising positions in prune.densities, from 1 to {count}")
        });
        let in_turn = asks_for(raw, Timing::Iterative) && !retraining.is_control();
        self.require(key, !in_turn, || {
            format!(
                "\"{retraining}\" at some densities alone, and under the iterative schedule it comes to each \
                 from the one before; only controls can leave some out"
            )
        });
        at
    }
}

/// How many densities there will be.
pub(super) fn density_count(densities: &raw::Densities) -> usize {
    match densities {
        raw::Densities::List(values) => values.len(),
        raw::Densities::Range(range) => range.count,
        raw::Densities::Ranges(ranges) => ranges.iter().map(|range| range.count).sum(),
        raw::Densities::Rounds(rounds) => rounds.rounds,
    }
}

fn asks_for(raw: &raw::Prune, timing: Timing) -> bool {
    raw.schedules.iter().any(|schedule| schedule == timing.as_str())
}

//! From an archive back to what a training had reached.

use std::path::Path;

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::{Device, Tensor};
use models::Network;

use super::compressed::Compressed;
use super::masking::Masked;
use super::reached::{
    AUGMENTATION, BEST, BEST_NETWORK, DONE, IS_MASKED, LOOKS, LOSSES, LookRow, MASK, NETWORK,
    NUMBERS, OPTIMISER, SCALE, snapshot,
};
use super::state::State;
use super::{Look, moments, optimiser};
use crate::archive::Archive;
use crate::error::Error;
use crate::records::from_text;

/// What does the steps.
enum Steps {
    Sparse(Box<Compressed>),
    Dense(Box<(Network, ModuleOptimizer)>),
}

impl State<'_> {
    /// Goes back to what was reached: the iterations that were done. All of it is looked at before anything is
    /// changed.
    ///
    /// # Errors
    /// When the archive, which was read from `origin`, has not all that this training needs.
    pub(super) fn go_back_to(&mut self, archive: &Archive, origin: &Path) -> Result<usize, Error> {
        let device = self.network.device().without_autodiff();
        let found = Found { archive, origin, device: &device };
        let done = found.done(self)?;
        let looks = found.looks()?;
        let best = found.best(self, &looks)?;
        let snapshots = found.snapshots(self, done)?;
        let losses = found.losses()?;
        let scale = found.scale(self)?;
        let drawn = found.drawn(self)?;
        let mask = found.mask(self)?;
        let steps = found.steps(self, mask.as_ref())?;
        if let Some(gradual) = &mut self.gradual
            && !gradual.go_back_to(archive)
        {
            return Err(found.lacks("state of its pruning"));
        }
        (self.looks, self.best, self.snapshots, self.losses) = (looks, best, snapshots, losses);
        match steps {
            Steps::Sparse(compressed) => self.compressed = Some(*compressed),
            Steps::Dense(steps) => (self.network, self.optimiser) = *steps,
        }
        // It knows weights by the ids of the network that is trained from now on.
        let mask = mask.or_else(|| self.mask.take());
        self.mask = mask.map(|mask| Masked::new(mask.factors, &self.network));
        if let Some(scale) = scale {
            self.arithmetic.set_scale(scale, &device);
        }
        let forked = self.training.fork.filter(|fork| fork.at < done).map(|fork| fork.at);
        forked.iter().for_each(|&at| self.fork(at));
        let since = forked.unwrap_or(self.training.iterations.start);
        self.batches.skip((done - since) as u64);
        if let (Some((_, rng)), Some(drawn)) = (&mut self.augmentation, drawn) {
            rng.set_word_pos(drawn);
        }
        Ok(done)
    }
}

/// An archive, the file that it was read from, and where its networks go.
struct Found<'a> {
    archive: &'a Archive,
    origin: &'a Path,
    device: &'a Device,
}

impl Found<'_> {
    fn lacks(&self, what: &str) -> Error {
        let problem = format!("has no {what} for this training");
        Error::File { path: self.origin.to_owned(), problem }
    }

    fn number(&self, fact: &str) -> Option<usize> {
        self.archive.fact(fact).and_then(|text| text.parse().ok())
    }

    fn network(&self, state: &State<'_>, prefix: &str) -> Result<Network, Error> {
        let architecture = state.network.architecture();
        self.archive.network(prefix, architecture, self.origin, self.device)
    }

    fn done(&self, state: &State<'_>) -> Result<usize, Error> {
        let range = &state.training.iterations;
        let possible = |done: &usize| range.start < *done && *done <= range.end;
        self.number(DONE).filter(possible).ok_or_else(|| self.lacks(DONE))
    }

    fn looks(&self) -> Result<Vec<Look>, Error> {
        let text = self.archive.texts(LOOKS).remove("").unwrap_or_default();
        let rows: Vec<LookRow> = from_text(&text, self.origin)?;
        Ok(rows.iter().map(LookRow::look).collect())
    }

    fn best(&self, state: &State<'_>, looks: &[Look]) -> Result<Option<(Look, Network)>, Error> {
        if self.archive.fact(BEST).is_none() {
            return Ok(None);
        }
        let look = looks.iter().rfind(|look| Some(look.iteration) == self.number(BEST));
        let look = look.ok_or_else(|| self.lacks(BEST))?;
        Ok(Some((*look, self.network(state, BEST_NETWORK)?)))
    }

    fn snapshots(&self, state: &State<'_>, done: usize) -> Result<Vec<(usize, Network)>, Error> {
        // As they came, each once.
        let wanted = (0..done).filter(|when| state.training.snapshots.contains(when));
        wanted.map(|when| Ok((when, self.network(state, &snapshot(when))?))).collect()
    }

    fn losses(&self) -> Result<Option<(Tensor<1>, usize)>, Error> {
        match self.archive.numbers(LOSSES).as_deref() {
            None => Ok(None),
            Some(&[sum, count]) => {
                Ok(Some((Tensor::from_floats([sum], self.device), count as usize)))
            }
            Some(_) => Err(self.lacks(LOSSES)),
        }
    }

    fn scale(&self, state: &State<'_>) -> Result<Option<[f32; 2]>, Error> {
        let scale = self.archive.numbers(SCALE);
        let scale = scale.and_then(|scale| <[f32; 2]>::try_from(scale).ok());
        match state.arithmetic.scale().is_some() == scale.is_some() {
            true => Ok(scale),
            false => Err(self.lacks(SCALE)),
        }
    }

    /// How far the generator of the augmentation has come.
    fn drawn(&self, state: &State<'_>) -> Result<Option<u128>, Error> {
        let drawn = self.archive.fact(AUGMENTATION).and_then(|text| text.parse().ok());
        match state.augmentation.is_some() == drawn.is_some() {
            true => Ok(drawn),
            false => Err(self.lacks(AUGMENTATION)),
        }
    }

    /// A mask that came during the training.
    fn mask(&self, state: &State<'_>) -> Result<Option<Masked>, Error> {
        if self.archive.fact(IS_MASKED).is_none() {
            return Ok(None);
        }
        let architecture = state.network.architecture();
        let mask = self.archive.mask(MASK, architecture).ok_or_else(|| self.lacks("mask"))?;
        Ok(Some(Masked::new(mask.factors(architecture, self.device), &state.network)))
    }

    fn steps(&self, state: &State<'_>, mask: Option<&Masked>) -> Result<Steps, Error> {
        if let Some(compressed) = &state.compressed {
            let mut compressed = Box::new(compressed.clone());
            mask.iter().for_each(|mask| compressed.keep(&mask.factors));
            let is_whole = compressed.go_back_to(self.archive);
            return is_whole
                .then_some(Steps::Sparse(compressed))
                .ok_or_else(|| self.lacks(NUMBERS));
        }
        let network = self.network(state, NETWORK)?.train();
        let bytes = self.archive.bytes(OPTIMISER).ok_or_else(|| self.lacks(OPTIMISER))?;
        let fresh = optimiser::build(&state.training.recipe.optimiser, &network.device());
        let optimiser = moments::of_portable(fresh, bytes, &network).map_err(|problem| {
            let problem = format!("{OPTIMISER}: {problem}");
            Error::File { path: self.origin.to_owned(), problem }
        })?;
        Ok(Steps::Dense(Box::new((network, optimiser))))
    }
}

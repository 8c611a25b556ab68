use super::{Build, Entry, Needs};
use crate::Scope;
use crate::pfp::{Choice, ProvableFilters};

pub(super) const DETERMINISTIC: Entry = Entry {
    name: "pfp",
    summary: "a channel's largest relative contribution to a sum that reads it, over the points",
    source: "PFP, deterministic; arXiv 1911.07412",
    needs: Needs::POINTS,
    exact: true,
    scope: Scope::Global,
    options: &["offsets", "pixels", "error_form", "failure_probability", "constant"],
    build: Build::ChannelPruner(|options| {
        Box::new(ProvableFilters::new(Choice::Deterministic, options))
    }),
};

pub(super) const PARTLY: Entry = Entry {
    name: "pfp-top",
    summary: "as pfp; channels that would be drawn anyway stay, the others are drawn",
    source: "PFP, partly derandomised; arXiv 1911.07412",
    exact: false,
    build: Build::ChannelPruner(|options| Box::new(ProvableFilters::new(Choice::Partly, options))),
    ..DETERMINISTIC
};

pub(super) const SAMPLED: Entry = Entry {
    name: "pfp-rand",
    summary: "channels are drawn with probabilities proportional to their sensitivity, and reweighted",
    source: "PFP, sampled; arXiv 1911.07412",
    exact: false,
    build: Build::ChannelPruner(|options| Box::new(ProvableFilters::new(Choice::Sampled, options))),
    ..DETERMINISTIC
};

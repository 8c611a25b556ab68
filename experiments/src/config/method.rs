//! A method with all that belongs to it, and what happens to its survivors.

use pruning::methods::{self, Options};
use pruning::{Grain, Scope};

/// An enum whose variants have names in configuration files.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal: $summary:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// Every variant.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in configuration files.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// What it means, in a line.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// A pruning method with its scope and options.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Method {
    /// Its name in [`pruning::methods::ENTRIES`].
    pub name: &'static str,
    /// Where its weights compete.
    pub scope: Sharing,
    /// What is set of it.
    pub options: Options,
    /// Which mask is trained.
    pub mask: MaskKind,
}

impl Method {
    /// What it prunes.
    pub fn grain(&self) -> Grain {
        methods::entry(self.name).map_or(Grain::Weights, methods::Entry::grain)
    }

    /// Whether what it has pruned goes on training, where there is training.
    pub fn is_soft(&self) -> bool {
        methods::entry(self.name).is_ok_and(methods::Entry::is_soft)
    }

    /// What is set of it, as `name=value` with commas between; empty where nothing is.
    pub fn options_label(&self) -> String {
        let mask = (self.mask != MaskKind::Chosen).then(|| format!("mask={}", self.mask));
        let set = [Some(self.options.label()), mask].into_iter().flatten();
        set.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(",")
    }
}

/// How a budget is shared among layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sharing {
    /// By a scope.
    Scope(Scope),
    /// As many weights in each layer as the method of this name keeps.
    SameAs(&'static str),
}

impl Sharing {
    /// As it stands in the tables.
    pub fn label(self) -> String {
        match self {
            Self::Scope(scope) => scope.to_string(),
            Self::SameAs(method) => format!("same-as {method}"),
        }
    }
}

names! {
    /// Which mask is trained: the method's, or a control made from it.
    MaskKind {
        /// The method's.
        Chosen = "chosen": "the mask that the method chooses",
        /// Shuffled inside each layer.
        Shuffled = "shuffled": "control: the mask shuffled inside each layer",
        /// Random, with as many weights in the network.
        Random = "random": "control: a random mask with as many weights in the network, layers left to chance",
        /// By the method's scores, turned round.
        Inverted = "inverted": "control: the weights with the lowest scores stay",
    }
}

names! {
    /// From what a network is pruned to the next density.
    Timing {
        /// Always from the parent.
        OneShot = "one-shot": "each density is pruned from the trained parent",
        /// From the last survivor, scores recomputed.
        Iterative = "iterative": "each density is pruned from the last retrained survivor",
        /// In many prunings while retraining goes on.
        Gradual = "gradual": "density falls by a cubic law while retraining goes on (arXiv 1710.01878)",
    }
}

names! {
    /// What happens to the survivors of a pruning.
    Retraining {
        /// Nothing.
        None = "none": "the pruned network as it is",
        /// They train on, with the schedule started again.
        FineTune = "fine-tune": "survivors keep their trained values; the schedule starts again",
        /// They go back to their values at `rewind_to` and train from there: the lottery ticket.
        Rewind = "rewind": "survivors go back to their values at rewind_to: the lottery ticket",
        /// Same mask, fresh initial values.
        Reinit = "reinit": "control: the same mask with fresh initial values",
        /// A random mask with the same counts in each layer, values as for `rewind`.
        RandomMask = "random-mask": "control: a random mask with the same counts in each layer, rewound",
        /// As `rewind`, with signs drawn anew.
        FreshSigns = "fresh-signs": "control: rewound magnitudes with fresh signs",
        /// As `rewind`, each weight with its sign and its layer's standard deviation at initialisation.
        SignedConstant = "signed-constant": "control: rewound signs with one magnitude for a layer",
        /// The network is pruned before it is trained.
        AtInit = "prune-at-init": "the initial network is pruned, then trained",
    }
}

impl Retraining {
    /// Whether survivors start from the values of the network that was pruned.
    pub fn keeps_values(self) -> bool {
        matches!(self, Self::None | Self::FineTune | Self::AtInit)
    }

    /// Whether it trains the masks that `rewind` finds, as a control of it.
    pub fn is_control(self) -> bool {
        matches!(self, Self::Reinit | Self::RandomMask | Self::FreshSigns | Self::SignedConstant)
    }

    /// Whether it is trained a second time where stability is asked for: the ticket and its controls.
    pub fn has_stability(self) -> bool {
        self == Self::Rewind || self.is_control()
    }

    /// Whether it draws something of its own, which other draws can take the place of.
    pub fn draws(self) -> bool {
        matches!(self, Self::Reinit | Self::RandomMask | Self::FreshSigns)
    }

    /// Whether survivors go back to the moment `rewind_to`, with all their values or a part of them.
    pub fn is_rewound(self) -> bool {
        matches!(self, Self::Rewind | Self::RandomMask | Self::FreshSigns | Self::SignedConstant)
    }
}

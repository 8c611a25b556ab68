//! Every backend that is compiled in computes what flex computes: forward pass, gradients, training steps, scores
//! and masks. Without a second backend there is nothing to compare, and this holds no test.
//!
//! ```text
//! cargo test -p experiments --features ndarray,wgpu-lean --test agreement -- --nocapture
//! ```
//!
//! prints what was measured beside what is allowed (`tolerance`). A backend that is compiled in has to answer.
#![cfg(any(feature = "ndarray", feature = "wgpu-lean", feature = "cuda"))]

mod case;
mod gradients;
mod masks;
mod steps;
mod tolerance;

use case::{Case, others};

/// What is compared, for each of these networks.
macro_rules! networks {
    ($($module:ident: $name:literal $widths:expr, $image:expr;)*) => { $(
        mod $module {
            use super::*;

            fn on_every_backend(compare: fn(&Case, &Case)) {
                let flex = Case::new($name, &$widths, $image);
                others().iter().for_each(|backend| compare(&flex, &flex.on(backend)));
            }

            #[test]
            fn forward() {
                on_every_backend(gradients::forward);
            }

            #[test]
            fn gradients() {
                on_every_backend(gradients::gradients);
            }

            #[test]
            fn sgd() {
                on_every_backend(steps::sgd);
            }

            #[test]
            fn adam() {
                on_every_backend(steps::adam);
            }

            #[test]
            fn scores_and_masks() {
                on_every_backend(masks::scores_and_masks);
            }
        }
    )* };
}

networks! {
    lenet_300_100: "lenet-300-100" [], [1, 28, 28];
    lenet_5: "lenet-5" [], [1, 32, 32];
    resnet_20: "resnet-20" [4, 8, 16], [3, 16, 16];
}

//! Every backend that is compiled in computes what flex computes: forward pass, gradients, training steps, scores
//! and masks. Without a second backend there is nothing to compare, and this holds no test.
//!
//! ```text
//! cargo test -p experiments --features ndarray,wgpu-lean --test agreement -- --nocapture
//! ```
//!
//! prints what was measured beside what is allowed (`tolerance`). A backend that is compiled in has to answer. Names of
//! tests begin with the backend's, so that `-- cuda` takes one of several.
#![cfg(any(feature = "ndarray", feature = "wgpu-lean", feature = "cuda"))]

mod case;
mod gradients;
mod masks;
mod steps;
mod tolerance;

use case::Case;

/// What is compared on a backend, for each of these networks.
macro_rules! networks {
    ($backend:expr; $($module:ident: $name:literal $widths:expr, $image:expr;)*) => { $(
        mod $module {
            use super::*;

            fn compare(compare: fn(&Case, &Case)) {
                let flex = Case::new($name, &$widths, $image);
                compare(&flex, &flex.on($backend));
            }

            #[test]
            fn forward() {
                compare(gradients::forward);
            }

            #[test]
            fn gradients() {
                compare(gradients::gradients);
            }

            #[test]
            fn sgd() {
                compare(steps::sgd);
            }

            #[test]
            fn adam() {
                compare(steps::adam);
            }

            #[test]
            fn scores_and_masks() {
                compare(masks::scores_and_masks);
            }
        }
    )* };
}

macro_rules! backends {
    ($($feature:literal $backend:ident;)*) => { $(
        #[cfg(feature = $feature)]
        mod $backend {
            use super::*;

            networks! {
                stringify!($backend);
                lenet_300_100: "lenet-300-100" [], [1, 28, 28];
                lenet_5: "lenet-5" [], [1, 32, 32];
                resnet_20: "resnet-20" [4, 8, 16], [3, 16, 16];
            }
        }
    )* };
}

backends! {
    "ndarray" ndarray;
    "wgpu-lean" wgpu;
    "cuda" cuda;
}

//! Compiled kernels, kept for the next process.

use cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};

/// Has compiled kernels written beside what autotune has chosen, which CubeCL does not do unless told to. Without them
/// each process would compile every kernel anew, most of which were only tried. The rest is as `cubecl.toml`, if there is one, and
/// CubeCL's environment variables say. It has to come before the first device is asked for.
pub(super) fn keep_kernels() {
    let mut config = CubeClRuntimeConfig::from_current_dir().override_from_env();
    config.compilation.cache = true;
    // Another call was first: then it is done.
    let _ = CubeClRuntimeConfig::try_set(config);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_kernels_are_kept_from_the_first_device_on() {
        keep_kernels();
        assert!(CubeClRuntimeConfig::get().compilation.cache);
    }
}

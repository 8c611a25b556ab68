//! Which processor computes: its kind decides how sums are rounded.

use std::fs;

/// Name of the processor; empty where the system does not tell it.
pub(crate) fn name() -> String {
    fs::read_to_string("/proc/cpuinfo").map_or_else(|_| String::new(), |text| model(&text))
}

/// Its name with the widest vectors that it has, `AMD EPYC (avx512f)`: kernels take what they find, and round
/// differently for it.
pub(crate) fn kind() -> String {
    format!("{} ({})", name(), vectors()).trim().to_owned()
}

#[cfg(target_arch = "x86_64")]
fn vectors() -> &'static str {
    if std::is_x86_feature_detected!("avx512f") {
        "avx512f"
    } else if std::is_x86_feature_detected!("avx2") {
        "avx2"
    } else {
        "sse2"
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn vectors() -> &'static str {
    std::env::consts::ARCH
}

/// The first model name in Linux' description of the processors.
fn model(description: &str) -> String {
    let fields = description.lines().filter_map(|line| line.split_once(':'));
    let mut names = fields.filter(|(field, _)| field.trim() == "model name");
    names.next().map(|(_, name)| name.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_model_name_or_nothing() {
        let text = "processor\t: 0\nmodel name\t: A: B\n\nprocessor\t: 1\nmodel name\t: C\n";
        assert_eq!(model(text), "A: B");
        assert_eq!(model("Processor : ARMv7\nno colon\n"), "");
    }
}

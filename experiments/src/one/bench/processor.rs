use std::fs;

/// Name of the processor; empty where the system does not tell it.
pub(super) fn name() -> String {
    fs::read_to_string("/proc/cpuinfo").map_or_else(|_| String::new(), |text| model(&text))
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

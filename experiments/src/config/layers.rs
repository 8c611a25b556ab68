//! Layers by name: what a configuration says of some of them.

use glob::Pattern;
use models::Architecture;

/// Indices of the layers that `first`, `last`, a name or a glob means.
///
/// # Errors
/// When a pattern is none or fits no layer, or nothing would be left; with what was expected.
pub fn left_out(patterns: &[String], architecture: &Architecture) -> Result<Vec<usize>, String> {
    let count = architecture.layers().len();
    let mut layers = Vec::new();
    for pattern in patterns {
        match pattern.as_str() {
            "first" => layers.push(0),
            "last" => layers.push(count - 1),
            pattern => layers.extend(matching(pattern, architecture)?),
        }
    }
    layers.sort_unstable();
    layers.dedup();
    if layers.len() == count {
        return Err(format!("{patterns:?} leaves all layers out; expected one to prune"));
    }
    Ok(layers)
}

/// The rate of every layer, by name or glob; the longest that fits counts.
///
/// # Errors
/// When a pattern is none or fits no layer, a layer has no rate or two, or a rate is not in [0, 1).
pub fn rates<'a>(
    rates: impl IntoIterator<Item = (&'a str, f64)>,
    architecture: &Architecture,
) -> Result<Vec<f64>, String> {
    let layers = architecture.layers();
    let mut found: Vec<Option<(usize, f64)>> = vec![None; layers.len()];
    for (pattern, rate) in rates {
        if !(0.0..1.0).contains(&rate) {
            return Err(format!(
                "\"{pattern}\" = {rate}; expected a share of the survivors, at least 0 and less than 1"
            ));
        }
        for layer in matching(pattern, architecture)? {
            match found[layer] {
                Some((length, _)) if length > pattern.len() => {}
                Some((length, _)) if length == pattern.len() => {
                    return Err(format!(
                        "two patterns of equal length fit layer \"{}\"; give its name",
                        layers[layer].name
                    ));
                }
                _ => found[layer] = Some((pattern.len(), rate)),
            }
        }
    }
    let named = layers.iter().zip(found);
    named
        .map(|(layer, found)| {
            found.map(|(_, rate)| rate).ok_or_else(|| {
                format!(
                    "no rate for layer \"{}\"; name it, or add \"*\" for the others",
                    layer.name
                )
            })
        })
        .collect()
}

fn matching(pattern: &str, architecture: &Architecture) -> Result<Vec<usize>, String> {
    let glob = Pattern::new(pattern).map_err(|error| format!("\"{pattern}\": {error}"))?;
    let layers = architecture.layers();
    let found: Vec<usize> = (0..layers.len()).filter(|&i| glob.matches(&layers[i].name)).collect();
    if found.is_empty() {
        let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
        return Err(format!("\"{pattern}\" fits no layer; there are: {}", names.join(", ")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use models::zoo;

    use super::*;

    fn lenet() -> Architecture {
        zoo::architecture(&zoo::Request::named("lenet-5")).unwrap()
    }

    #[test]
    fn layers_are_named_by_place_name_or_glob() {
        // conv1, conv2, fc1, fc2, fc3.
        let layers = |patterns: &[&str]| {
            left_out(&patterns.iter().map(|&p| p.to_owned()).collect::<Vec<_>>(), &lenet())
        };
        assert_eq!(layers(&["first", "last"]), Ok(vec![0, 4]));
        assert_eq!(layers(&["conv*", "conv1", "fc2"]), Ok(vec![0, 1, 3]));
        assert!(layers(&["dense"]).unwrap_err().contains("conv1, conv2, fc1, fc2, fc3"));
        assert!(layers(&["[a"]).unwrap_err().contains("[a"));
        assert!(layers(&["*"]).unwrap_err().contains("all layers"));
    }

    #[test]
    fn the_longest_pattern_gives_the_rate() {
        let found = |pairs: &[(&str, f64)]| rates(pairs.iter().copied(), &lenet());
        assert_eq!(
            found(&[("*", 0.2), ("conv*", 0.15), ("fc3", 0.1)]),
            Ok(vec![0.15, 0.15, 0.2, 0.2, 0.1])
        );
        assert!(found(&[("conv*", 0.1)]).unwrap_err().contains("\"fc1\""));
        assert!(
            found(&[("conv*", 0.1), ("*onv1", 0.2), ("*", 0.1)]).unwrap_err().contains("conv1")
        );
        for bad in [1.0, -0.1, f64::NAN] {
            assert!(found(&[("*", bad)]).unwrap_err().contains("survivors"));
        }
    }
}

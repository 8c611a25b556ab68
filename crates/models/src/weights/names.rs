use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Stored;

/// Names of PyTorch's counters of seen batches end so. They are whole numbers in a file of any
/// type, and nothing here needs them.
const COUNTER: &str = ".num_batches_tracked";

/// The names of a network's tensors.
pub(crate) struct Expected {
    /// All that must be there.
    pub(crate) required: Vec<String>,
    /// What may be there as well: biases of layers that have none.
    pub(crate) optional: Vec<String>,
    /// The network's norms, each of which may have a counter.
    pub(crate) norms: Vec<String>,
}

/// What was found of a network.
pub(crate) struct Found {
    /// By the network's names; also what is not known, by its own.
    pub(crate) tensors: BTreeMap<String, Stored>,
    /// Prefixes under each of which the whole network is, where that is more than one.
    pub(crate) ambiguous: Vec<String>,
}

impl Expected {
    /// Looks for the network in a file: for the longest part of all names that is not the network's own
    /// (`module.`, `state_dict.`), and for other names of its layers ([`translated`]). What is beside a
    /// prefix is left aside, and so are the counters of its norms.
    pub(crate) fn find(&self, file: BTreeMap<String, Stored>) -> Found {
        let known: HashSet<&str> =
            self.required.iter().chain(&self.optional).map(String::as_str).collect();
        let counters: HashSet<String> =
            self.norms.iter().map(|norm| format!("{norm}{COUNTER}")).collect();
        let ours = |name: &str| -> Option<String> {
            let is_ours = |name: &str| known.contains(name) || counters.contains(name);
            let other = || translated(name).filter(|name| is_ours(name));
            if is_ours(name) { Some(name.to_owned()) } else { other() }
        };
        let whole = self.prefixes(&file, &ours, self.required.len());
        let ambiguous = match whole.len() > 1 && !whole.contains("") {
            true => whole.iter().cloned().collect(),
            false => Vec::new(),
        };
        // Of a network that is not all there, where there is anything of it.
        let first = whole.first().cloned();
        let prefix = first.or_else(|| self.prefixes(&file, &ours, 1).pop_first());
        let prefix = prefix.unwrap_or_default();
        let mut tensors = BTreeMap::new();
        for (name, tensor) in file {
            let Some(name) = name.strip_prefix(&prefix) else { continue };
            let own = ours(name).filter(|own| !tensors.contains_key(own));
            let name = own.unwrap_or_else(|| name.to_owned());
            if !counters.contains(&name) {
                tensors.insert(name, tensor);
            }
        }
        Found { tensors, ambiguous }
    }

    /// The prefixes behind which the file has at least so many of the required tensors.
    fn prefixes(
        &self,
        file: &BTreeMap<String, Stored>,
        ours: &impl Fn(&str) -> Option<String>,
        least: usize,
    ) -> BTreeSet<String> {
        let mut found: BTreeMap<&str, HashSet<String>> = BTreeMap::new();
        let required: HashSet<&str> = self.required.iter().map(String::as_str).collect();
        for name in file.keys() {
            let ends = name.match_indices('.').map(|(dot, _)| dot + 1);
            for end in std::iter::once(0).chain(ends) {
                let own = ours(&name[end..]).filter(|own| required.contains(own.as_str()));
                if let Some(own) = own {
                    found.entry(&name[..end]).or_default().insert(own);
                }
            }
        }
        let whole = found.into_iter().filter(|(_, names)| names.len() >= least);
        whole.map(|(prefix, _)| prefix.to_owned()).collect()
    }
}

/// The name here of a tensor that is called otherwise in widespread code:
///
/// | there | here | where |
/// |---|---|---|
/// | `linear.weight` | `fc.weight` | residual networks for CIFAR by kuangliu and by akamaster |
/// | `layer2.0.shortcut.0.weight` | `layer2.0.downsample.0.weight` | the same |
/// | `block1.layer.0.conv1.weight` | `layer1.0.conv1.weight` | wide residual networks by xternalz |
/// | `block2.layer.0.convShortcut.weight` | `layer2.0.downsample.0.weight` | the same |
/// | `layers.linear0.weight` | `fc1.weight` | fully connected networks of torchprune |
fn translated(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    if let ["layers", linear, tensor] = parts[..] {
        let number: usize = linear.strip_prefix("linear")?.parse().ok()?;
        return Some(format!("fc{}.{tensor}", number.checked_add(1)?));
    }
    let (start, rest) = match parts[..] {
        [block, "layer", ref rest @ ..] => (format!("layer{}", block.strip_prefix("block")?), rest),
        [first, ref rest @ ..] => (renamed(first).to_owned(), rest),
        [] => return None,
    };
    let rest = rest.iter().map(|part| renamed(part));
    Some(std::iter::once(start.as_str()).chain(rest).collect::<Vec<_>>().join("."))
}

fn renamed(part: &str) -> &str {
    match part {
        "linear" => "fc",
        "shortcut" => "downsample",
        "convShortcut" => "downsample.0",
        part => part,
    }
}

#[cfg(test)]
mod tests {
    use super::translated;

    #[test]
    fn other_names_by_hand() {
        for (there, here) in [
            ("linear.bias", "fc.bias"),
            ("layer2.0.shortcut.1.running_mean", "layer2.0.downsample.1.running_mean"),
            ("block1.layer.0.conv1.weight", "layer1.0.conv1.weight"),
            ("block3.layer.0.convShortcut.weight", "layer3.0.downsample.0.weight"),
            ("layers.linear2.bias", "fc3.bias"),
        ] {
            assert_eq!(translated(there).as_deref(), Some(here));
        }
        for strange in
            ["layers.linear.weight", "layers.linear18446744073709551615.bias", "x.layer.1"]
        {
            assert_eq!(translated(strange), None, "{strange}");
        }
    }
}

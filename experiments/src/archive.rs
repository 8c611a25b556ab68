//! Files of what a run has reached: tensors, texts and facts in one safetensors file with a checksum over all
//! of it. Such a file is either whole and of this version, or it is not used.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

use burn::tensor::Device;
use models::tensors::{Element, HostTensor};
use models::{Architecture, Network};
use pruning::Mask;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::records::write_atomically;

/// Raised when what stands in the files changes its meaning.
const VERSION: &str = "1";
/// Names of the facts that every file has.
const VERSION_FACT: &str = "archive";
const DIGEST_FACT: &str = "sha256";

/// What stands in a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Archive {
    facts: BTreeMap<String, String>,
    parts: BTreeMap<String, Part>,
}

/// A tensor as its bytes.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Archive {
    /// Adds a short text.
    pub fn set(&mut self, fact: &str, value: impl ToString) {
        self.facts.insert(fact.to_owned(), value.to_string());
    }

    /// The short text of this name.
    pub(crate) fn fact(&self, fact: &str) -> Option<&str> {
        self.facts.get(fact).map(String::as_str)
    }

    /// Adds a text of any length.
    pub fn put_text(&mut self, name: &str, text: &str) {
        self.put_bytes(name, text.as_bytes().to_vec());
    }

    /// The texts whose names start with `prefix`, by what follows it.
    pub(crate) fn texts(&self, prefix: &str) -> BTreeMap<String, String> {
        let named = self.parts.iter().filter_map(|(name, part)| {
            let rest = name.strip_prefix(prefix)?;
            Some((rest.to_owned(), String::from_utf8_lossy(&part.bytes).into_owned()))
        });
        named.collect()
    }

    /// Adds bytes.
    pub(crate) fn put_bytes(&mut self, name: &str, bytes: Vec<u8>) {
        let part = Part { dtype: Dtype::U8, shape: vec![bytes.len()], bytes };
        self.parts.insert(name.to_owned(), part);
    }

    /// The bytes of this name.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.parts.get(name).map(|part| part.bytes.as_slice())
    }

    /// Adds a row of numbers.
    pub(crate) fn put_numbers(&mut self, name: &str, values: Vec<f32>) {
        let tensor = HostTensor { shape: vec![values.len()], values };
        self.parts.insert(name.to_owned(), Part::of(&tensor));
    }

    /// The row of numbers of this name.
    pub(crate) fn numbers(&self, name: &str) -> Option<Vec<f32>> {
        let part = self.parts.get(name).filter(|part| part.dtype == Dtype::F32)?;
        Some(f32::from_bytes(&part.bytes))
    }

    /// Adds everything that a network holds.
    pub(crate) fn put_network(&mut self, prefix: &str, network: &Network) {
        for (name, tensor) in network.tensors() {
            self.parts.insert(format!("{prefix}{name}"), Part::of(&tensor));
        }
    }

    /// The network under this prefix.
    ///
    /// # Errors
    /// When it is not of the architecture; `origin` is the file that errors name.
    pub(crate) fn network(
        &self,
        prefix: &str,
        architecture: &Architecture,
        origin: &Path,
        device: &Device,
    ) -> Result<Network, Error> {
        let tensors = self.parts.iter().filter_map(|(name, part)| {
            let values = f32::from_bytes(&part.bytes);
            let tensor = HostTensor { shape: part.shape.clone(), values };
            Some((name.strip_prefix(prefix)?.to_owned(), tensor))
        });
        Ok(Network::from_tensors(architecture.clone(), tensors.collect(), origin, device)?)
    }

    /// Adds a mask, a byte for each weight.
    pub(crate) fn put_mask(&mut self, prefix: &str, mask: &Mask) {
        for layer in mask.layers() {
            let values: Vec<u8> = layer.keep.iter().map(|&keep| u8::from(keep)).collect();
            let tensor = HostTensor { shape: vec![values.len()], values };
            self.parts.insert(format!("{prefix}{}", layer.name), Part::of(&tensor));
        }
    }

    /// The mask under this prefix; `None` where there is none of the architecture.
    pub(crate) fn mask(&self, prefix: &str, architecture: &Architecture) -> Option<Mask> {
        let layers = architecture.layers().iter().map(|layer| {
            let part = self.parts.get(&format!("{prefix}{}", layer.name))?;
            let keep: Vec<bool> = part.bytes.iter().map(|&byte| byte != 0).collect();
            Some(keep).filter(|keep| keep.len() == layer.weights())
        });
        Some(Mask::new(architecture, layers.collect::<Option<Vec<_>>>()?))
    }

    /// Writes the file: a whole one takes the place of the one before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        write_atomically(path, &self.to_bytes())
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut facts: HashMap<String, String> = self.facts.clone().into_iter().collect();
        facts.insert(VERSION_FACT.to_owned(), VERSION.to_owned());
        facts.insert(DIGEST_FACT.to_owned(), self.digest());
        let views = self.parts.iter().map(|(name, part)| {
            let view = TensorView::new(part.dtype, part.shape.clone(), &part.bytes);
            (name, view.expect("a part's bytes are those of its shape"))
        });
        safetensors::serialize(views, Some(facts)).expect("names are strings, views are whole")
    }

    /// Reads a file; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read, was damaged, or is of another version; the message says which.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file(path, &error)),
        };
        let problem = |problem| Error::File { path: path.to_owned(), problem };
        Self::from_bytes(&bytes).map(Some).map_err(problem)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let damaged = |error| format!("damaged: not a whole safetensors file ({error})");
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let facts = metadata.metadata().clone().unwrap_or_default();
        let mut facts: BTreeMap<String, String> = facts.into_iter().collect();
        match facts.remove(VERSION_FACT).as_deref() {
            Some(VERSION) => {}
            Some(other) => return Err(format!("version {other}; expected version {VERSION}")),
            None => return Err("not a file of this program: it names no version".to_owned()),
        }
        let digest = facts.remove(DIGEST_FACT);
        let part = |view: &TensorView<'_>| Part {
            dtype: view.dtype(),
            shape: view.shape().to_vec(),
            bytes: view.data().to_vec(),
        };
        let parts = file.iter().map(|(name, view)| (name.to_owned(), part(&view))).collect();
        let archive = Self { facts, parts };
        match digest {
            Some(digest) if digest == archive.digest() => Ok(archive),
            _ => Err("damaged: its checksum is that of other contents".to_owned()),
        }
    }

    /// SHA-256 over names, types, shapes and bytes, each with its length before it.
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        for (fact, value) in &self.facts {
            add(fact.as_bytes());
            add(value.as_bytes());
        }
        for (name, part) in &self.parts {
            add(name.as_bytes());
            add(format!("{:?} {:?}", part.dtype, part.shape).as_bytes());
            add(&part.bytes);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Part {
    fn of<T: Element>(tensor: &HostTensor<T>) -> Self {
        let mut bytes = Vec::with_capacity(size_of_val(tensor.values.as_slice()));
        tensor.values.iter().for_each(|value| value.append_to(&mut bytes));
        Self { dtype: T::DTYPE, shape: tensor.shape.clone(), bytes }
    }
}

#[cfg(test)]
mod tests {
    use models::zoo;
    use proptest::prelude::*;

    use super::*;

    fn lenet() -> Architecture {
        zoo::architecture(&zoo::Request::named("lenet-5")).unwrap()
    }

    fn archive() -> Archive {
        let architecture = lenet();
        let mut archive = Archive::default();
        archive.set("round", 3);
        archive.put_text("rows/curves.csv", "a,b\n1,2\n");
        archive.put_mask("mask/", &Mask::full(&architecture));
        let network =
            Network::new(architecture, models::Initialisation::KaimingUniform, 1, &Device::flex());
        archive.put_network("network/", &network);
        archive
    }

    #[test]
    fn what_was_put_in_comes_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        assert_eq!(Archive::read(&path).unwrap(), None);
        let before = archive();
        before.write(&path).unwrap();
        let after = Archive::read(&path).unwrap().unwrap();
        assert_eq!(after, before);
        assert_eq!(after.fact("round"), Some("3"));
        assert_eq!(after.texts("rows/")["curves.csv"], "a,b\n1,2\n");
        assert_eq!(after.mask("mask/", &lenet()), Some(Mask::full(&lenet())));
        let network = after.network("network/", &lenet(), &path, &Device::flex()).unwrap();
        let mut again = Archive::default();
        again.put_network("network/", &network);
        assert!(again.parts.iter().all(|(name, part)| before.parts[name] == *part));
        let other = zoo::architecture(&zoo::Request::named("lenet-300-100")).unwrap();
        assert!(after.network("network/", &other, &path, &Device::flex()).is_err());
        assert_eq!(after.mask("mask/", &other), None);
    }

    #[test]
    fn other_versions_are_told() {
        let told = |fact: &str, value: &str| {
            let facts = HashMap::from([(fact.to_owned(), value.to_owned())]);
            let views: [(&str, TensorView<'_>); 0] = [];
            Archive::from_bytes(&safetensors::serialize(views, Some(facts)).unwrap()).unwrap_err()
        };
        assert!(told("archive", "9").contains("version 9; expected version 1"));
        assert!(told("other", "1").contains("names no version"));
        assert!(told("archive", "1").contains("checksum"));
    }

    proptest! {
        /// One changed byte, or a cut, is always seen.
        #[test]
        fn damage_is_seen(place in any::<prop::sample::Index>(), change in 1..=255_u8, cut: bool) {
            let mut small = Archive::default();
            small.set("round", 3);
            small.put_text("rows/curves.csv", "a,b\n1,2\n");
            let mut bytes = small.to_bytes();
            let place = place.index(bytes.len());
            if cut { bytes.truncate(place) } else { bytes[place] ^= change }
            match Archive::from_bytes(&bytes) {
                Err(_) => {}
                // Spaces of the header say nothing.
                Ok(archive) => prop_assert_eq!(archive, small),
            }
        }
    }
}

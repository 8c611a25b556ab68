use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use models::ModelError;
use models::zoo::Request;
use serde::{Deserialize, Serialize};

/// The entry of a file's metadata that says which network it holds.
pub const KEY: &str = "csr";
/// Raised when what stands in the files changes its meaning.
const VERSION: u32 = 1;
/// The format allows no longer headers.
const LONGEST: u64 = 100_000_000;
/// The most values that an image may have: a description is laid out for the image that the file names.
const LARGEST_IMAGE: usize = 1 << 22;

/// Which network a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    version: u32,
    network: String,
    widths: Vec<usize>,
    input: [usize; 3],
    classes: usize,
}

impl Header {
    pub(super) fn new(request: &Request) -> Self {
        let Request { name, widths, input, classes } = request.clone();
        Self { version: VERSION, network: name, widths, input, classes }
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts have a form in JSON")
    }

    /// The request in a file of so many bytes and tensors, which bound what may be asked for.
    pub(super) fn request(json: &str, bytes: usize, tensors: usize) -> Result<Request, String> {
        let shown: String = json.chars().take(200).collect();
        let Self { version, network, widths, input, classes } = serde_json::from_str(json)
            .map_err(|error| {
                let expected = Self::new(&Request::named("lenet-300-100")).to_json();
                format!("metadata \"{KEY}\": {error} in {shown}; expected such as {expected}")
            })?;
        let problem = |what: String| Err(format!("metadata \"{KEY}\": {what}"));
        if version != VERSION {
            return problem(format!("version {version}; expected {VERSION}, export it again"));
        }
        let values = input.iter().try_fold(1, |product: usize, &side| product.checked_mul(side));
        if !values.is_some_and(|values| (1..=LARGEST_IMAGE).contains(&values)) {
            return problem(format!(
                "input {input:?}; expected channels, height and width, of at most {LARGEST_IMAGE} values"
            ));
        }
        if widths.len() > tensors || classes > bytes {
            let count = widths.len();
            return problem(format!(
                "{count} widths and {classes} classes; expected no more than the file has tensors for"
            ));
        }
        Ok(Request { name: network, widths, input, classes })
    }
}

/// The part of a safetensors header that is looked at.
#[derive(Deserialize)]
struct Start {
    #[serde(rename = "__metadata__", default)]
    metadata: BTreeMap<String, String>,
}

/// Which network a file of compressed rows holds, by the start of it, no matter whether the rest can be read;
/// `None` for a file that is no such one.
///
/// # Errors
/// When the file cannot be read, or names no network that could be in it.
pub fn request(path: &Path) -> Result<Option<Request>, ModelError> {
    let file_error = |problem| ModelError::File { file: path.to_owned(), problem };
    let json = json(path).map_err(|error| ModelError::io(path, &error))?;
    let request = json.map(|(json, bytes)| Header::request(&json, bytes, bytes));
    request.transpose().map_err(file_error)
}

/// The entry of the metadata, where there is one, and the file's length.
fn json(path: &Path) -> io::Result<Option<(String, usize)>> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let mut length = [0; 8];
    if bytes < 8 {
        return Ok(None);
    }
    file.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST.min(bytes) {
        return Ok(None);
    }
    let mut header = Vec::new();
    file.take(length).read_to_end(&mut header)?;
    let start: Option<Start> = serde_json::from_slice(&header).ok();
    let json = start.and_then(|mut start| start.metadata.remove(KEY));
    Ok(json.map(|json| (json, usize::try_from(bytes).unwrap_or(usize::MAX))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_the_file() {
        let request =
            Request { name: "mlp".to_owned(), widths: vec![20, 10], input: [3, 5, 7], classes: 4 };
        let json = Header::new(&request).to_json();
        let read = Header::request(&json, 1000, 10).unwrap();
        assert_eq!((read.name, read.widths), (request.name, request.widths));
        assert_eq!((read.input, read.classes), (request.input, request.classes));
        assert!(Header::request(&json, 1000, 1).unwrap_err().contains("2 widths"));
        let of_the_docs =
            r#"{"version":1,"network":"lenet-300-100","widths":[],"input":[1,28,28],"classes":10}"#;
        assert_eq!(Header::new(&Request::named("lenet-300-100")).to_json(), of_the_docs);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let json = Header::new(&Request::named("lenet-300-100")).to_json();
        for (before, after, words) in [
            ("{", "", "expected such as {\"version\":1"),
            ("\"version\":1", "\"version\":2", "version 2; expected 1"),
            ("[1,28,28]", "[1,28]", "invalid length 2"),
            ("[1,28,28]", "[0,28,28]", "input [0, 28, 28]"),
            ("[1,28,28]", "[9223372036854775807,28,28]", "at most 4194304 values"),
            ("\"classes\":10", "\"classes\":10,\"x\":1", "unknown field `x`"),
            ("\"classes\":10", "\"classes\":-1", "classes"),
            ("\"classes\":10", "\"classes\":100000", "100000 classes"),
        ] {
            let message = Header::request(&json.replacen(before, after, 1), 1000, 10).unwrap_err();
            assert!(message.contains(words), "{message}");
        }
    }
}

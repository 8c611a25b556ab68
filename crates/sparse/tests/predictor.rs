//! Files of compressed rows: what was written is what is read, and predictions are those of burn.

mod networks;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use models::zoo::{self, Request};
use models::{Architecture, Initialisation, Network, NormValues};
use networks::{everything, small};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use sparse::{Predictor, csr};
use tempfile::TempDir;

/// Numbers in [0, 1).
fn draws() -> impl FnMut() -> f32 {
    let mut state = 9u32;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    }
}

/// Weights of either sign with about this share that are not zero, every third unit without any; norms that have seen
/// something. At density 0 not even the first layer has a weight.
fn pruned(architecture: Architecture, density: f32) -> Network {
    let mut draw = draws();
    let network = Network::new(architecture, Initialisation::KaimingUniform, 3, &Device::flex());
    let specs = network.architecture().layers().iter().enumerate();
    let layers = specs.map(|(index, spec)| {
        let weights =
            network.weight_values(index).into_iter().enumerate().map(|(place, weight)| {
                let unit = place / spec.fan_in();
                let is_kept = draw() < density && (unit % 3 != 1 || density == 1.0);
                // A mask that is multiplied leaves zeros of either sign.
                if is_kept { weight } else { 0.0 * weight }
            });
        let weights = weights.collect();
        (weights, (0..spec.units).map(|_| draw() - 0.5).collect())
    });
    let layers: Vec<(Vec<f32>, Vec<f32>)> = layers.collect();
    let norms = network.architecture().norms().iter().map(|norm| {
        let mut some = |from: f32, to: f32| -> Vec<f32> {
            (0..norm.channels).map(|_| from + (to - from) * draw()).collect()
        };
        NormValues {
            scale: some(-0.5, 1.5),
            shift: some(-0.5, 0.5),
            mean: some(-0.5, 0.5),
            variance: some(0.5, 2.0),
        }
    });
    let norms: Vec<_> = norms.collect();
    network.with_values(layers, norms)
}

fn images(architecture: &Architecture, batch: usize) -> Vec<Vec<f32>> {
    let mut draw = draws();
    let values = architecture.input_shape().iter().product();
    (0..batch).map(|_| (0..values).map(|_| 2.0 * draw() - 1.0).collect()).collect()
}

fn logits(network: &Network, images: &[Vec<f32>]) -> Vec<f32> {
    let [channels, height, width] = network.architecture().input_shape();
    let data = TensorData::new(images.concat(), [images.len(), channels, height, width]);
    let logits = network.forward(Tensor::from_data(data, &network.device()));
    logits.into_data().try_into_vec().unwrap()
}

fn of(name: &str, widths: &[usize], input: [usize; 3]) -> (Architecture, Request) {
    let request = Request { widths: widths.to_vec(), input, ..Request::named(name) };
    (small(name, widths, input), request)
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("n.csr.safetensors")
}

/// The largest difference of a logit, and the largest logit or 1.
fn difference(found: &[f32], expected: &[f32]) -> (f32, f32) {
    assert_eq!(found.len(), expected.len());
    let pairs = found.iter().zip(expected);
    let change = pairs.fold(0f32, |most, (a, b)| most.max((a - b).abs()));
    (change, expected.iter().fold(1f32, |most, x| most.max(x.abs())))
}

#[test]
fn what_was_written_is_read_and_predicts_as_burn_does() {
    let networks = [
        of("lenet-300-100", &[], [1, 28, 28]),
        of("lenet-5", &[], [1, 28, 28]),
        of("conv-2", &[], [3, 32, 32]),
        of("mlp", &[20, 10], [1, 6, 5]),
        of("resnet-20", &[4, 6, 8], [3, 12, 12]),
        of("resnet-20-padded", &[4, 6, 9], [3, 12, 12]),
        of("densenet-10-4", &[], [3, 12, 12]),
        of("wrn-10-1", &[4, 4, 5, 6], [1, 9, 9]),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (architecture, request) in networks {
        for density in [0.0, 0.02, 0.3, 1.0] {
            let network = pruned(architecture.clone(), density);
            csr::save(&network, &request, &file(&folder)).unwrap();
            let told = csr::request(&file(&folder)).unwrap().unwrap();
            assert_eq!((told.name, told.widths), (request.name.clone(), request.widths.clone()));
            let mut predictor = Predictor::load(&file(&folder)).unwrap();
            assert_eq!(*predictor.architecture(), architecture);
            // Bit for bit but for the sign of zeros, which compare as equal.
            let (before, after) = (network.tensors(), predictor.network(&Device::flex()).tensors());
            assert_eq!(before, after, "{} {density}", request.name);
            let stored: usize = (0..architecture.layers().len())
                .map(|layer| network.weight_values(layer).iter().filter(|w| **w != 0.0).count())
                .sum();
            assert_eq!(predictor.stored(), stored);
            assert_eq!(stored == 0, density == 0.0, "{stored}");
            for batch in [1, 19, 1] {
                let images = images(&architecture, batch);
                let rows: Vec<&[f32]> = images.iter().map(Vec::as_slice).collect();
                let found = predictor.predict(&rows);
                let (change, scale) = difference(&found, &logits(&network, &images));
                assert!(change <= 1e-5 * scale, "{} {density}: {change} of {scale}", request.name);
                assert_eq!(found, Predictor::new(&network).predict(&rows));
            }
            assert_eq!(predictor.predict(&[]), [] as [f32; 0]);
            let bytes = fs::read(file(&folder)).unwrap();
            assert_eq!(bytes, csr::serialised(&network, &request).unwrap());
        }
    }
}

#[test]
fn shrunken_networks_tell_their_widths() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["lenet-300-100", "lenet-5", "resnet-20"] {
        let request = Request::named(name);
        let small = pruned(zoo::architecture(&request).unwrap(), 0.02).shrink().network;
        csr::save(&small, &request, &file(&folder)).unwrap();
        let mut predictor = Predictor::load(&file(&folder)).unwrap();
        assert_eq!(predictor.architecture(), small.architecture());
        assert!(
            small.architecture().prunable_weights()
                < zoo::architecture(&request).unwrap().prunable_weights()
        );
        let images = images(small.architecture(), 5);
        let rows: Vec<&[f32]> = images.iter().map(Vec::as_slice).collect();
        let (change, scale) = difference(&predictor.predict(&rows), &logits(&small, &images));
        assert!(change <= 1e-5 * scale, "{name}: {change} of {scale}");
    }
}

#[test]
fn networks_of_ones_own_are_read_with_their_description() {
    let folder = tempfile::tempdir().unwrap();
    let network = pruned(everything(), 0.3);
    let request =
        Request { name: "everything".to_owned(), widths: Vec::new(), input: [2, 9, 8], classes: 5 };
    csr::save(&network, &request, &file(&folder)).unwrap();
    let mut predictor = Predictor::load_as(&everything(), &file(&folder)).unwrap();
    let images = images(&everything(), 7);
    let rows: Vec<&[f32]> = images.iter().map(Vec::as_slice).collect();
    let (change, scale) = difference(&predictor.predict(&rows), &logits(&network, &images));
    assert!(change <= 1e-5 * scale, "{change} of {scale}");
    let message = Predictor::load(&file(&folder)).unwrap_err().to_string();
    assert!(
        message.contains("n.csr.safetensors") && message.contains("unknown network"),
        "{message}"
    );
    let other = zoo::architecture(&Request::named("lenet-5")).unwrap();
    let message = Predictor::load_as(&other, &file(&folder)).unwrap_err().to_string();
    assert!(
        message.contains("\"everything\"") && message.contains("expected \"lenet-5\""),
        "{message}"
    );
    // The request has to describe what is written.
    let request = Request { widths: vec![7], ..Request::named("mlp") };
    let network = pruned(small("mlp", &[20, 10], [1, 6, 5]), 1.0);
    let message = csr::save(&network, &request, &file(&folder)).unwrap_err().to_string();
    assert!(message.contains("mlp"), "{message}");
}

#[test]
fn columns_take_more_room_where_they_must() {
    let dtypes = |input: [usize; 3]| {
        let (architecture, request) = of("mlp", &[2], input);
        let bytes = csr::serialised(&pruned(architecture, 0.01), &request).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        ["fc1", "fc2"].map(|layer| file.tensor(&format!("{layer}.weight.columns")).unwrap().dtype())
    };
    assert_eq!(dtypes([1, 256, 256]), [Dtype::U16, Dtype::U16]);
    assert_eq!(dtypes([1, 257, 256]), [Dtype::U32, Dtype::U16]);
    let folder = tempfile::tempdir().unwrap();
    let (architecture, request) = of("mlp", &[2], [1, 257, 256]);
    let network = pruned(architecture, 0.01);
    csr::save(&network, &request, &file(&folder)).unwrap();
    let read = Predictor::load(&file(&folder)).unwrap().network(&Device::flex());
    assert_eq!(read.tensors(), network.tensors());
}

/// A tensor as it stands in a file.
type Part = (Dtype, Vec<usize>, Vec<u8>);

/// What is told of a file that was changed.
fn told(path: &Path, change: impl FnOnce(&mut BTreeMap<String, Part>)) -> String {
    let bytes = fs::read(path).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let parts = SafeTensors::deserialize(&bytes).unwrap().tensors().into_iter();
    let parts = parts
        .map(|(name, view)| (name, (view.dtype(), view.shape().to_vec(), view.data().to_vec())));
    let mut parts: BTreeMap<String, Part> = parts.collect();
    change(&mut parts);
    let views = parts.iter().map(|(name, (dtype, shape, bytes))| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    let changed = path.with_file_name("changed.safetensors");
    fs::write(&changed, safetensors::serialize(views, metadata.metadata().clone()).unwrap())
        .unwrap();
    match Predictor::load(&changed) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

fn u32s(numbers: &[u32]) -> Part {
    let bytes = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    (Dtype::U32, vec![numbers.len()], bytes)
}

#[test]
fn what_is_wrong_with_a_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let (architecture, request) = of("resnet-20", &[2, 3, 4], [3, 8, 8]);
    let network = pruned(architecture, 0.5);
    csr::save(&network, &request, &path).unwrap();
    assert_eq!(told(&path, |_| ()), "");
    let set = |name: &'static str, part: Part| {
        told(&path, |parts| {
            assert!(parts.insert(name.to_owned(), part).is_some());
        })
    };
    for (name, part, words) in [
        // Ten classes of four channels.
        ("fc.weight.starts", u32s(&[0, 1]), "shape [2]; expected [11]"),
        ("fc.weight.starts", u32s(&[9; 11]), "starts from 9 to 9; expected them to run from 0"),
        ("fc.weight.shape", u32s(&[10, 5]), "[10, 5]; expected [10, 4]"),
        ("fc.weight.shape", u32s(&[11, 4]), "expected [10, 4]"),
        ("fc.weight.shape", u32s(&[9, 4]), "9 units; expected 10"),
        ("fc.weight.shape", u32s(&[10, 4, 1, 1]), "shape [4]; expected [2]"),
        ("conv1.weight.shape", u32s(&[u32::MAX; 4]), "expected [2, 3, 3, 3]"),
        ("fc.weight.columns", (Dtype::F32, vec![0], Vec::new()), "type F32; expected U16 or U32"),
        ("fc.weight.values", u32s(&[1]), "type U32; expected F32"),
        ("fc.weight.values", (Dtype::F32, vec![0], Vec::new()), "shape [0]; expected ["),
        ("bn1.weight", (Dtype::F32, vec![1], vec![0; 4]), "shape [1]; expected [2]"),
        ("bn1.running_mean", (Dtype::F32, vec![2], vec![255; 8]), "value NaN at index 0"),
        (
            "bn1.running_var",
            (Dtype::F32, vec![2], [0f32, -1.0].iter().flat_map(|x| x.to_le_bytes()).collect()),
            "value -1 at index 1; expected variances",
        ),
    ] {
        let message = set(name, part);
        assert!(message.contains("changed.safetensors"), "{message}");
        assert!(message.contains(&format!("\"{name}\"")) && message.contains(words), "{message}");
    }
    let columns = |change: fn(&mut [u8])| {
        let name = "fc.weight.columns";
        told(&path, |parts| change(&mut parts.get_mut(name).unwrap().2))
    };
    assert!(columns(|bytes| bytes[1] = 1).contains("\"fc.weight.columns\""));
    assert!(columns(|bytes| bytes.fill(0)).contains("expected columns that rise within a unit"));
    let message = told(&path, |parts| drop(parts.remove("bn1.bias")));
    assert!(message.contains("missing: bn1.bias; not known: none"), "{message}");
    let message = told(&path, |parts| drop(parts.remove("fc.weight.shape")));
    assert!(message.contains("missing: fc.weight.shape"), "{message}");
    let message = told(&path, |parts| drop(parts.insert("x".to_owned(), u32s(&[1]))));
    assert!(message.contains("missing: none; not known: x"), "{message}");

    let dense = path.with_file_name("dense.safetensors");
    network.save(&dense).unwrap();
    assert!(csr::request(&dense).unwrap().is_none());
    assert!(csr::request(&path.with_file_name("nowhere")).is_err());
    let message = Predictor::load(&dense).unwrap_err().to_string();
    assert!(
        message.contains("no file of compressed rows") && message.contains("export"),
        "{message}"
    );
    let bytes = fs::read(&path).unwrap();
    for length in [0, 7, 100, bytes.len() - 1] {
        fs::write(&dense, &bytes[..length]).unwrap();
        let message = Predictor::load(&dense).unwrap_err().to_string();
        assert!(message.contains("not a whole safetensors file"), "{message}");
        let starts_well = length == bytes.len() - 1;
        assert_eq!(csr::request(&dense).unwrap().is_some(), starts_well, "{length}");
    }
}

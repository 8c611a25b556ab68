//! Files from outside that are anything but what they should be: changed in a few places, cut, repeated, or
//! made up. Whatever is read, there is an answer, soon, and in little memory.
//!
//! `FUZZ=1000000 cargo test -p experiments --test fuzz -- --nocapture` is the long form: so many inputs for each
//! reader. Without it there are few.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use datasets::{DatasetName, Source};
use experiments::archive::Archive;
use experiments::config::{Overrides, read};
use models::zoo::Request;
use models::{Architecture, Initialisation, Network, tensors, zoo};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use sparse::{Predictor, csr};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory is that of the whole process, so readers take turns.
static TURN: Mutex<()> = Mutex::new(());

/// What is done to a file.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Flip(Index, u8),
    /// A number where lengths and counts may stand, in either order of bytes.
    Number(Index, u64, bool),
    /// Digits where a text has some.
    Digits(Index, u64),
    Cut(Index),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Insert(Index, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    let number =
        prop_oneof![Just(0), Just(u64::MAX), Just(1 << 31), Just(1 << 62), any::<u64>(), 0..9_u64];
    prop_oneof![
        (place(), prop_oneof![Just(0), Just(255), any::<u8>()])
            .prop_map(|(i, b)| Change::Set(i, b)),
        (place(), 0..8_u8).prop_map(|(i, bit)| Change::Flip(i, bit)),
        (place(), number.clone(), any::<bool>()).prop_map(|(i, n, big)| Change::Number(i, n, big)),
        (place(), number).prop_map(|(i, n)| Change::Digits(i, n)),
        place().prop_map(Change::Cut),
        (place(), 1..64_usize).prop_map(|(i, n)| Change::Remove(i, n)),
        (place(), 1..64_usize, 1..8_usize).prop_map(|(i, n, times)| Change::Repeat(i, n, times)),
        (place(), prop::collection::vec(any::<u8>(), 1..32))
            .prop_map(|(i, b)| Change::Insert(i, b)),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Self::Set(place, byte) => bytes[place.index(length)] = *byte,
            Self::Flip(place, bit) => bytes[place.index(length)] ^= 1 << bit,
            Self::Number(place, number, big) => {
                let number = if *big { number.to_be_bytes() } else { number.to_le_bytes() };
                let places = bytes.iter_mut().skip(place.index(length));
                places.zip(number).for_each(|(byte, new)| *byte = new);
            }
            Self::Digits(place, number) => {
                let start = place.index(length);
                let digits = bytes[start..].iter().position(u8::is_ascii_digit);
                let from = start + digits.unwrap_or(0);
                let count = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                bytes.splice(from..from + count, number.to_string().into_bytes());
            }
            Self::Cut(place) => bytes.truncate(place.index(length)),
            Self::Remove(place, count) => {
                let from = place.index(length);
                bytes.drain(from..(from + count).min(length));
            }
            Self::Repeat(place, count, times) => {
                let from = place.index(length);
                let part = bytes[from..(from + count).min(length)].repeat(*times);
                bytes.splice(from..from, part);
            }
            Self::Insert(place, new) => {
                let at = place.index(length);
                bytes.splice(at..at, new.iter().copied());
            }
        }
    }
}

/// Time that this thread has had of a processor: that others keep it busy, or somebody stops it all, is no fault of
/// a reader. Where the system does not tell, time by the clock.
fn processor_time(started: Instant) -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| started.elapsed(), Duration::from_nanos)
}

/// Gives one file after the other to a reader, which may use `fixed` bytes, and `factor` for each byte of the
/// file.
fn fuzz(
    name: &str,
    samples: Vec<Vec<u8>>,
    (fixed, factor): (usize, usize),
    reader: impl Fn(&[u8]),
) {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let cases = std::env::var("FUZZ").map_or(200, |cases| cases.parse().expect("FUZZ is a number"));
    let made_up = prop::collection::vec(any::<u8>(), 0..600);
    let changed =
        (any::<Index>(), prop::collection::vec(change(), 0..6)).prop_map(move |(i, changes)| {
            let mut bytes = samples[i.index(samples.len())].clone();
            changes.iter().for_each(|change| change.apply(&mut bytes));
            bytes
        });
    let inputs = prop_oneof![9 => changed, 1 => made_up];
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let most = Mutex::new((0, Duration::ZERO, 0));
    let started = Instant::now();
    let outcome = TestRunner::new(config).run(&inputs, |bytes| {
        let begun = processor_time(started);
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        reader(&bytes);
        let used = MEMORY.peak_usage().saturating_sub(before);
        let time = processor_time(started).saturating_sub(begun);
        let mut most = most.lock().unwrap();
        *most = (most.0.max(used), most.1.max(time), most.2 + 1);
        prop_assert!(used <= fixed + factor * bytes.len(), "{used} bytes for {}", bytes.len());
        prop_assert!(time < Duration::from_secs(20), "{time:?}");
        Ok(())
    });
    let (memory, time, inputs) = *most.lock().unwrap();
    println!(
        "{name}: {inputs} inputs in {:.0} s; at most {} kB of memory and {:.1} ms of a processor for one",
        started.elapsed().as_secs_f64(),
        memory / 1000,
        1e3 * time.as_secs_f64()
    );
    outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
}

fn lenet() -> Architecture {
    zoo::architecture(&zoo::Request { widths: vec![3], ..zoo::Request::named("mlp") }).unwrap()
}

#[test]
fn configurations() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs");
    let files =
        ["lenet.toml", "lenet5-filters.toml", "quick/resnet20.toml", "lenet-iterative.toml"];
    let samples = files.map(|file| fs::read(root.join(file)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fuzz("TOML", samples.to_vec(), (8 << 20, 300), |bytes| {
        fs::write(&path, bytes).unwrap();
        let _ = read(&path, &Overrides::default());
    });
}

#[test]
fn weights_and_tensors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.safetensors");
    let device = burn::tensor::Device::flex();
    let network = Network::new(lenet(), Initialisation::KaimingUniform, 1, &device);
    network.save(&path).unwrap();
    let samples = vec![fs::read(&path).unwrap()];
    fuzz("safetensors", samples, (1 << 20, 30), |bytes| {
        fs::write(&path, bytes).unwrap();
        let _ = Network::load(lenet(), &path, &device);
        let _ = Network::load_narrowed(&lenet(), &path, &device);
        let _ = tensors::read::<u8>(&path);
        let _ = tensors::read_one::<i64>(&path, "labels");
    });
}

#[test]
fn compressed_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.csr.safetensors");
    let device = burn::tensor::Device::flex();
    let sample = |name: &str, widths: &[usize], input| {
        let request = Request { widths: widths.to_vec(), input, ..Request::named(name) };
        let architecture = zoo::architecture(&request).unwrap();
        let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &device);
        // Some zeros: the larger half of the weights stays.
        let layers = network.architecture().layers().iter().enumerate().map(|(index, layer)| {
            let weights = network.weight_values(index).into_iter();
            let weights = weights.map(|weight| if weight > 0.0 { weight } else { 0.0 });
            (weights.collect(), vec![0.1; layer.units])
        });
        let norms = (0..network.architecture().norms().len()).map(|norm| network.norm_values(norm));
        let network = network.with_values(layers.collect::<Vec<_>>(), norms.collect::<Vec<_>>());
        csr::serialised(&network, &request).unwrap()
    };
    let samples = vec![sample("mlp", &[3], [1, 4, 4]), sample("resnet-20", &[1, 2, 2], [1, 8, 8])];
    fuzz("compressed rows", samples, (4 << 20, 60), |bytes| {
        fs::write(&path, bytes).unwrap();
        let _ = csr::request(&path);
        if let Ok(mut predictor) = Predictor::load(&path) {
            let [channels, height, width] = predictor.architecture().input_shape();
            let values = channels * height * width;
            if values <= 1 << 10 {
                let logits = predictor.predict(&[&vec![0.5; values]]);
                assert_eq!(logits.len(), predictor.architecture().classes());
            }
        }
    });
}

#[test]
fn checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.safetensors");
    let mut archive = Archive::default();
    archive.set("rounds", 3);
    archive.put_text("rows/curves.csv", &"a,b\n1,2\n".repeat(20));
    archive.write(&path).unwrap();
    let samples = vec![fs::read(&path).unwrap()];
    fuzz("checkpoints", samples, (1 << 20, 30), |bytes| {
        fs::write(&path, bytes).unwrap();
        let _ = Archive::read(&path);
    });
}

/// The bytes of an IDX file of `count` images, or labels.
fn idx(count: u32, is_images: bool) -> Vec<u8> {
    let sides: &[u32] = if is_images { &[count, 28, 28] } else { &[count] };
    let header = [0, 0, 8, sides.len() as u8];
    let size = sides.iter().product::<u32>();
    let words = sides.iter().flat_map(|side| side.to_be_bytes());
    header.into_iter().chain(words).chain((0..size).map(|i| (i % 10) as u8)).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, bytes).unwrap();
    packer.finish().unwrap()
}

fn load(name: DatasetName, folder: &Path) {
    let source = Source { path: Some(folder.to_owned()), ..Source::new(name) };
    let _ = datasets::load(&source);
}

#[test]
fn idx_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    for (name, is_images) in [
        ("train-images-idx3-ubyte", true),
        ("train-labels-idx1-ubyte", false),
        ("t10k-images-idx3-ubyte", true),
        ("t10k-labels-idx1-ubyte", false),
    ] {
        fs::write(path(name), idx(4, is_images)).unwrap();
    }
    let (images, labels) = (idx(4, true), idx(4, false));
    let samples = vec![packed(&images), packed(&labels), images, labels];
    // Of a packed file every byte may stand for a thousand.
    fuzz("IDX", samples, (4 << 20, 1100), |bytes| {
        for (name, is_images) in
            [("t10k-images-idx3-ubyte", true), ("t10k-labels-idx1-ubyte", false)]
        {
            fs::write(path(name), bytes).unwrap();
            load(DatasetName::Mnist, folder.path());
            fs::write(path(name), idx(4, is_images)).unwrap();
        }
    });
}

/// A label and 32x32 pixels of three colours, so many times.
fn records(count: usize) -> Vec<u8> {
    (0..count * 3073).map(|i| if i % 3073 == 0 { 7 } else { i as u8 }).collect()
}

const CIFAR: [&str; 6] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
    "test_batch.bin",
];

#[test]
fn cifar_files() {
    let folder = tempfile::tempdir().unwrap();
    CIFAR.iter().for_each(|name| fs::write(folder.path().join(name), records(1)).unwrap());
    let path = folder.path().join("test_batch.bin");
    fuzz("CIFAR", vec![records(2)], (4 << 20, 30), |bytes| {
        fs::write(&path, bytes).unwrap();
        load(DatasetName::Cifar10, folder.path());
    });
}

#[test]
fn cifar_archives() {
    let mut tar = tar::Builder::new(Vec::new());
    for name in CIFAR {
        let bytes = records(1);
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append_data(&mut header, format!("cifar-10-batches-bin/{name}"), &*bytes).unwrap();
    }
    let tar = tar.into_inner().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cifar-10-binary.tar.gz");
    // Changed before it is packed, too: what is changed afterwards fails at the first checksum.
    let samples = vec![packed(&tar), tar];
    fuzz("CIFAR, packed", samples, (4 << 20, 1100), |bytes| {
        let is_packed = bytes.starts_with(&[0x1f, 0x8b]);
        fs::write(&path, if is_packed { bytes.to_vec() } else { packed(bytes) }).unwrap();
        load(DatasetName::Cifar10, folder.path());
    });
}

//! Training steps per second, SGD with momentum, on made-up images: LeNet-300-100 with batch 64, or
//! any network of the zoo that takes small images, dense and with a mask of density 0.1.
//!
//! `cargo run -p experiments --example steps_per_second -- [RUNS] [STEPS] [WORD...]`
//!
//! Runs go side by side on one thread each. Words, in any order: `masked`; `both`; `threads=2` (of
//! each run); `batch=128`; `backend=cuda`, or another one that is compiled in; the name of a network.
//!
//! `both` prints what a masked step costs over a dense one, in percent: the median over pairs of
//! short trainings in turn, so that a noisy machine disturbs both alike.

use std::time::Instant;

use burn::tensor::Device;
use datasets::{DeviceImages, ImageShape, Images, Normalisation};
use experiments::config::{Compute, Optimiser, Precision, Recipe, Schedule};
use experiments::data::{Data, Part, Tagged};
use experiments::device::Choice;
use experiments::step::Step;
use experiments::train::{Masking, Steps, Training, train};
use mimalloc::MiMalloc;
use models::{Architecture, Initialisation, Network, zoo};
use pruning::methods::Magnitude;
use pruning::{Density, Mask, Ranked, Scope, Subject, generator, prune};

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What is trained.
struct Job {
    network: String,
    backend: String,
    batch: usize,
    threads: usize,
    masked: bool,
}

fn images(count: usize, network: &str, device: &Device) -> DeviceImages {
    let [channels, height, width] = architecture(network).input_shape();
    let shape = ImageShape { channels, height, width };
    let size = channels * height * width;
    let pixels = (0..count * size).map(|k| (k.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let labels = (0..count).map(|k| (k % 10) as u16).collect();
    let images = Images::new(shape, pixels, labels).expect("one label an image");
    let normalisation = Normalisation { mean: vec![0.5; channels], std: vec![0.3; channels] };
    DeviceImages::new(&images, &normalisation, device)
}

fn architecture(network: &str) -> Architecture {
    zoo::architecture(&zoo::Request::named(network)).expect("in the zoo")
}

fn recipe(steps: usize, batch_size: usize) -> Recipe {
    Recipe {
        length: Step::Iterations(steps),
        batch_size,
        compute: Compute::Dense,
        optimiser: Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 0.0 },
        learning_rate: 0.01,
        schedule: Schedule::Constant,
        warm_up: Step::Iterations(0),
        evaluate_every: Step::Iterations(steps),
        precision: Precision::Full,
    }
}

/// Batches in an epoch.
const BATCHES: usize = 100;

impl Job {
    fn parse(words: &[String]) -> Self {
        let (network, backend) = ("lenet-300-100".to_owned(), "flex".to_owned());
        let mut job = Self { network, backend, batch: 64, threads: 1, masked: false };
        for word in words {
            match word.split_once('=') {
                Some(("batch", number)) => job.batch = number.parse().expect("a batch size"),
                Some(("backend", name)) => job.backend = name.to_owned(),
                Some(("threads", number)) => job.threads = number.parse().expect("threads"),
                _ if word == "masked" => job.masked = true,
                _ if ["dense", "both"].contains(&word.as_str()) => {}
                _ => job.network = word.clone(),
            }
        }
        job
    }

    fn data(&self, device: &Device) -> Data {
        let count = BATCHES * self.batch;
        let images = |count| images(count, &self.network, device);
        Data {
            identity: String::new(),
            name: "made up".to_owned(),
            origin: "made up".to_owned(),
            images: Tagged::new(Part::Training, images(count)),
            training: (0..count).collect(),
            training_sample: (0..count).collect(),
            validation: Tagged::new(Part::Validation, images(16)),
            test: Tagged::new(Part::Test, images(16)),
            corrupted: Vec::new(),
        }
    }

    /// Trains for some steps, on threads of its own.
    fn run(&self, data: &Data, steps: usize, device: &Device) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build();
        pool.expect("threads").install(|| self.train(data, steps, device));
    }

    fn train(&self, data: &Data, steps: usize, device: &Device) {
        let architecture = architecture(&self.network);
        let network = Network::new(architecture, Initialisation::KaimingUniform, 1, device);
        let everything = Mask::full(network.architecture());
        let budget = Density::new(0.1).expect("in (0, 1]").budget(everything.total());
        let images = data.validation.to_report().images();
        let subject = Subject::new(&network, &images);
        let rng = &mut generator(1);
        let mask = prune(&Ranked(Magnitude), subject, Scope::Global, &everything, budget, rng);
        let mask = mask.expect("a mask").mask;
        let factors = mask.factors(network.architecture(), device);
        let recipe = recipe(steps, self.batch);
        let training = Training {
            data,
            recipe: &recipe,
            steps: Steps::Dense,
            iterations: 0..steps,
            order: 1,
            augmentation: None,
            masking: if self.masked { Masking::Fixed(&factors) } else { Masking::None },
            fork: None,
            snapshots: Vec::new(),
            checkpoints: None,
            shown: None,
        };
        let network = if self.masked { factors.scale(network) } else { network };
        train(network, training, || true).expect("does not diverge");
    }

    /// Percent of a dense step that masking adds.
    fn overhead(&self, data: &Data, steps: usize, device: &Device) -> f64 {
        const BLOCK: usize = 300;
        let seconds = |masked| {
            let (network, backend) = (self.network.clone(), self.backend.clone());
            let job = Self { network, backend, masked, ..*self };
            let started = Instant::now();
            job.run(data, BLOCK, device);
            started.elapsed().as_secs_f64()
        };
        let mut ratios: Vec<f64> =
            (0..steps.div_ceil(BLOCK)).map(|_| seconds(true) / seconds(false)).collect();
        ratios.sort_by(f64::total_cmp);
        100.0 * (ratios[ratios.len() / 2] - 1.0)
    }
}

fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let mut number = |default: usize| match words.first().and_then(|text| text.parse().ok()) {
        Some(number) => {
            words.remove(0);
            number
        }
        None => default,
    };
    let (runs, steps) = (number(1), number(2000));
    let job = Job::parse(&words);
    let opened = Choice::named(&job.backend).open();
    let device = opened.unwrap_or_else(|problem| panic!("{problem}")).device;
    let data = job.data(&device);
    job.run(&data, steps.div_ceil(20), &device);
    if words.iter().any(|word| word == "both") {
        return println!("{:.1}", job.overhead(&data, steps, &device));
    }
    let started = Instant::now();
    std::thread::scope(|scope| {
        (0..runs).for_each(|_| drop(scope.spawn(|| job.run(&data, steps, &device))));
    });
    println!("{:.3}", (runs * steps) as f64 / started.elapsed().as_secs_f64());
}

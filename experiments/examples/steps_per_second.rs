//! Training steps per second of LeNet-300-100, batch 64, SGD with momentum, on made-up images:
//! runs side by side on one thread each, dense and with a mask of density 0.1.
//!
//! `cargo run -p experiments --example steps_per_second -- [RUNS] [STEPS] [dense|masked|both]`
//!
//! `both` prints what a masked step costs over a dense one, in percent: the median over pairs of
//! short trainings in turn, so that a noisy machine disturbs both alike.

use std::time::Instant;

use burn::tensor::Device;
use datasets::{DeviceImages, ImageShape, Images, Normalisation};
use experiments::config::{Optimiser, Recipe, Schedule};
use experiments::data::{Data, Part, Tagged};
use experiments::step::Step;
use experiments::train::{Masking, Training, train};
use mimalloc::MiMalloc;
use models::{Initialisation, Network, zoo};
use pruning::methods::Magnitude;
use pruning::{Density, Mask, Ranked, Scope, Subject, generator, prune};

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const COUNT: usize = 12_800;

fn images(count: usize, device: &Device) -> DeviceImages {
    let pixels = (0..count * 784).map(|k| (k.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let labels = (0..count).map(|k| (k % 10) as u16).collect();
    let images = Images::new(ImageShape { channels: 1, height: 28, width: 28 }, pixels, labels);
    let normalisation = Normalisation { mean: vec![0.5], std: vec![0.3] };
    DeviceImages::new(&images.expect("one label an image"), &normalisation, device)
}

fn recipe(steps: usize) -> Recipe {
    Recipe {
        length: Step::Iterations(steps),
        batch_size: 64,
        optimiser: Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 0.0 },
        learning_rate: 0.01,
        schedule: Schedule::Constant,
        warm_up: Step::Iterations(0),
        evaluate_every: Step::Iterations(steps),
    }
}

fn run(data: &Data, steps: usize, masked: bool, device: &Device) {
    let architecture =
        zoo::architecture(&zoo::Request::named("lenet-300-100")).expect("in the zoo");
    let network = Network::new(architecture, Initialisation::KaimingUniform, 1, device);
    let everything = Mask::full(network.architecture());
    let budget = Density::new(0.1).expect("in (0, 1]").budget(everything.total());
    let images = data.validation.to_report().images();
    let subject = Subject::new(&network, images);
    let rng = &mut generator(1);
    let mask = prune(&Ranked(Magnitude), subject, Scope::Global, &everything, budget, rng);
    let mask = mask.expect("a mask").mask;
    let factors = mask.factors(network.architecture(), device);
    let recipe = recipe(steps);
    let training = Training {
        data,
        recipe: &recipe,
        iterations: 0..steps,
        order: 1,
        augmentation: None,
        masking: if masked { Masking::Fixed(&factors) } else { Masking::None },
        fork: None,
        snapshots: Vec::new(),
    };
    let network = if masked { factors.scale(network) } else { network };
    train(network, training, || true).expect("does not diverge");
}

/// Percent of a dense step that masking adds.
fn overhead(data: &Data, steps: usize, device: &Device) -> f64 {
    const BLOCK: usize = 300;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let seconds = |masked| {
        let started = Instant::now();
        pool.install(|| run(data, BLOCK, masked, device));
        started.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> =
        (0..steps.div_ceil(BLOCK)).map(|_| seconds(true) / seconds(false)).collect();
    ratios.sort_by(f64::total_cmp);
    100.0 * (ratios[ratios.len() / 2] - 1.0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default| {
        arguments.get(index).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (runs, steps) = (number(0, 1), number(1, 2000));
    let masked = arguments.iter().any(|argument| argument == "masked");
    let device = Device::flex();
    let data = Data {
        identity: String::new(),
        name: "made up".to_owned(),
        origin: "made up".to_owned(),
        images: Tagged::new(Part::Training, images(COUNT, &device)),
        training: (0..COUNT).collect(),
        training_sample: (0..COUNT).collect(),
        validation: Tagged::new(Part::Validation, images(64, &device)),
        test: Tagged::new(Part::Test, images(64, &device)),
        corrupted: Vec::new(),
        background: vec![0.0],
    };
    let on_one_thread = |steps| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        pool.install(|| run(&data, steps, masked, &device));
    };
    on_one_thread(100);
    if arguments.iter().any(|argument| argument == "both") {
        return println!("{:.1}", overhead(&data, steps, &device));
    }
    let started = Instant::now();
    std::thread::scope(|scope| (0..runs).for_each(|_| drop(scope.spawn(|| on_one_thread(steps)))));
    println!("{:.1}", (runs * steps) as f64 / started.elapsed().as_secs_f64());
}

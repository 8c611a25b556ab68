//! How long a training step takes, by network and density: with burn's dense layers and a mask, with the weights
//! that are left alone (`sparse`), and with all of them in that crate's layers too (`filled`). One line of CSV
//! each, times in microseconds.
//!
//! `cargo run --workspace --example steps -- 2 lenet-300-100 1 0.2 0.05 0.02` gives each measurement
//! two seconds. `mlp:1,1` is a network of layers of width 1, which shows what a step costs that hardly
//! computes. Where a machine is busy with other things, the least time says more than the median.

use std::time::{Duration, Instant};

use burn::module::Module;
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Int, Tensor, TensorData};
use models::{Initialisation, Network, PerWeight, zoo};
use sparse::{Optimiser, Pattern, Trainer};

const RATE: f64 = 1e-4;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what| arguments.next().ok_or(format!("{what} is missing"));
    let time = Duration::from_secs_f64(next("seconds for each measurement")?.parse()?);
    let name = next("a network")?;
    let (network, widths) = name.split_once(':').unwrap_or((&name, ""));
    let widths = widths.split(',').filter(|width| !width.is_empty()).map(str::parse);
    let request =
        zoo::Request { widths: widths.collect::<Result<_, _>>()?, ..zoo::Request::named(network) };
    let architecture = zoo::architecture(&request)?;
    let batch = if architecture.norms().is_empty() { 64 } else { 128 };
    let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &Device::flex());
    println!("network,batch,density,arithmetic,microseconds,least,steps");
    for density in arguments {
        let case = Case::new(&network, density.parse()?, batch);
        let every: Vec<usize> = (0..case.mask.len()).collect();
        let sparse = |filled| case.sparse(filled, time);
        for (arithmetic, times) in
            [("dense", case.dense(time)), ("sparse", sparse(&[])), ("filled", sparse(&every))]
        {
            let (median, least) = (times[times.len() / 2], times[0]);
            let count = times.len();
            println!("\"{name}\",{batch},{density},{arithmetic},{median:.1},{least:.1},{count}");
        }
    }
    Ok(())
}

struct Case {
    network: Network,
    mask: Vec<Vec<f32>>,
    batch: usize,
    images: Vec<f32>,
}

impl Case {
    /// A random mask of this density on each layer, and a batch of noise.
    fn new(network: &Network, density: f64, batch: usize) -> Self {
        let mut state = 1u32;
        let mut draw = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24)
        };
        let architecture = network.architecture();
        let specs = architecture.layers().iter();
        let mask: Vec<Vec<f32>> = specs
            .map(|spec| {
                (0..spec.weights()).map(|_| f32::from(u8::from(draw() < density))).collect()
            })
            .collect();
        let size: usize = architecture.input_shape().iter().product();
        let factors = PerWeight::new(architecture, mask.iter().map(Vec::as_slice), &Device::flex());
        Self {
            network: factors.scale(network.clone()),
            images: (0..batch * size).map(|_| draw() as f32).collect(),
            mask,
            batch,
        }
    }

    fn sparse(&self, filled: &[usize], time: Duration) -> Vec<f64> {
        let layers = self.network.architecture().layers().iter().zip(&self.mask);
        let patterns =
            layers.map(|(spec, mask)| Pattern::new(spec.fan_in(), mask.iter().map(|&m| m > 0.0)));
        let optimiser = Optimiser::Sgd { momentum: 0.9, nesterov: false, weight_decay: 0.0 };
        let mut trainer = Trainer::new(&self.network, patterns.collect(), optimiser);
        trainer.fill(filled);
        let labels: Vec<u16> = (0..self.batch).map(|image| (image % 10) as u16).collect();
        let size = self.images.len() / self.batch;
        timed(time, || {
            trainer.step(self.images.chunks_exact(size), &labels, RATE);
        })
    }

    fn dense(&self, time: Duration) -> Vec<f64> {
        let device = Device::flex();
        let architecture = self.network.architecture();
        let factors = PerWeight::new(architecture, self.mask.iter().map(Vec::as_slice), &device);
        let [channels, height, width] = architecture.input_shape();
        let data = TensorData::new(self.images.clone(), [self.batch, channels, height, width]);
        let labels: Vec<i64> = (0..self.batch).map(|image| (image % 10) as i64).collect();
        let dense = Dense {
            images: Tensor::from_inner(Tensor::from_data(data, &device)),
            labels: Tensor::from_inner(Tensor::from_data(labels.as_slice(), &device)),
            loss: CrossEntropyLossConfig::new().init(&device),
            factors,
        };
        let momentum = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
        let mut optimiser = SgdConfig::new().with_momentum(Some(momentum)).init();
        let mut network = Some(self.network.clone().train());
        timed(time, || network = network.take().map(|network| dense.step(network, &mut optimiser)))
    }
}

/// What a step with burn takes besides the network.
struct Dense {
    images: Tensor<4>,
    labels: Tensor<1, Int>,
    loss: CrossEntropyLoss,
    factors: PerWeight,
}

impl Dense {
    fn step(&self, network: Network, optimiser: &mut ModuleOptimizer) -> Network {
        let loss = self.loss.forward(network.forward(self.images.clone()), self.labels.clone());
        let mut gradients = GradientsParams::from_grads(loss.backward(), &network);
        self.factors.scale_gradients(&network, &mut gradients);
        optimiser.step(RATE, network, gradients)
    }
}

/// Microseconds of each call, rising.
fn timed(time: Duration, mut call: impl FnMut()) -> Vec<f64> {
    let mut times = Vec::new();
    (0..3).for_each(|_| call());
    let start = Instant::now();
    while start.elapsed() < time || times.is_empty() {
        let start = Instant::now();
        call();
        times.push(1e6 * start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    times
}

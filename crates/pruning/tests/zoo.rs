//! Every method, its controls, its certificate and what is left of it, on every network of the zoo at
//! small width.

use burn::tensor::{Device, Int, Tensor, TensorData};
use models::{Architecture, Initialisation, Network, zoo};
use pruning::methods::{self, Entry, Options};
use pruning::{
    Allocation, Budget, Certifier, Channels, Grain, Inverted, Mask, Measure, PruneError, Pruned,
    Pruner, Scope, Subject, Trust, disconnected, generator, live,
};

const POINTS: usize = 4;
/// Of the weights, or of what a measure of channels counts.
const DENSITY: f64 = 0.4;

/// The network of an entry of the zoo, or one of its networks, narrow and for small images.
fn small(entry: &zoo::Entry) -> Architecture {
    let name = entry.name.replace("{depth}-padded", "14-padded").replace("{depth}", "10");
    let name = name.replace("{width}", "1").replace("{growth}", "3");
    let (side, widths): (usize, &[usize]) = match name.as_str() {
        "mlp" => (6, &[12, 9]),
        "conv-2" => (8, &[6, 20]),
        "conv-4" => (8, &[4, 6, 20]),
        "conv-6" => (8, &[4, 5, 6, 20]),
        "resnet-18" => (32, &[4, 5, 6, 7]),
        name if name.starts_with("vgg") => (32, &[4, 5, 6, 6, 6]),
        name if name.ends_with("bottleneck") => (8, &[2, 3, 3]),
        "resnet-56" | "resnet-110" => (8, &[3, 4, 5]),
        name if name.starts_with("resnet") => (8, &[4, 6, 9]),
        name if name.starts_with("wrn") => (8, &[4, 6, 8, 8]),
        _ => (8, &[]),
    };
    let input = [2, side, side];
    let request = zoo::Request { name, widths: widths.to_vec(), input, classes: 5 };
    zoo::architecture(&request).unwrap()
}

struct Case {
    network: Network,
    /// Other weights, as if the network had been trained from them.
    initial: Network,
    images: Tensor<4>,
    labels: Tensor<1, Int>,
    certifier: Certifier,
}

impl Case {
    fn new(architecture: Architecture) -> Self {
        let device = Device::flex();
        let network =
            |seed| Network::new(architecture.clone(), Initialisation::KaimingNormal, seed, &device);
        let (initial, network) = (network(1), network(3));
        let [channels, height, width] = architecture.input_shape();
        let shape = [POINTS, channels, height, width];
        let pixels = (0..shape.iter().product()).map(|i: usize| (i as f32 * 0.37).sin()).collect();
        let images = Tensor::from_data(TensorData::new(pixels, shape), &device);
        let labels = (0..POINTS).map(|i| (i % architecture.classes()) as i64).collect();
        let labels = Tensor::from_data(TensorData::new(labels, [POINTS]), &device);
        let trust = Trust::new(0.05, 3.0).unwrap();
        let certifier = Certifier::new(network.clone(), images.clone(), None, trust).unwrap();
        Self { network, initial, images, labels, certifier }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            network: &self.network,
            images: &self.images,
            labels: Some(&self.labels),
            initial: Some(&self.initial),
        }
    }

    fn prune(
        &self,
        pruner: &dyn Pruner,
        scope: Scope,
        measure: Measure,
    ) -> Result<Pruned, PruneError> {
        let architecture = self.network.architecture();
        let everything = Mask::full(architecture);
        let whole = match measure {
            Measure::Parameters => everything.total(),
            Measure::MultiplyAdds => architecture.multiply_adds(),
        };
        let allocation = Allocation { scope, measure, ..Allocation::default() };
        let budget = Budget((DENSITY * whole as f64) as usize);
        pruning::prune(pruner, self.subject(), allocation, &everything, budget, &mut generator(2))
    }

    /// The mask is what was asked for: exactly, or nearly so.
    fn check_mask(&self, (grain, exact): (Grain, bool), mask: &Mask, measure: Measure, what: &str) {
        let architecture = self.network.architecture();
        let kept = mask.kept();
        match grain {
            Grain::Weights => {
                let asked = (DENSITY * mask.total() as f64) as usize;
                let tolerance = if exact { 0 } else { (asked / 200).max(1) };
                assert!(kept.abs_diff(asked) <= tolerance, "{what}: {kept} of {asked}");
            }
            Grain::Channels => {
                let channels = Channels::of(architecture);
                let alive = channels.alive(mask);
                assert_eq!(channels.whole(&alive), *mask, "{what}");
                let asked =
                    (DENSITY * channels.size(&vec![true; alive.len()], measure) as f64) as usize;
                // Narrow networks may have come down to the last channels of their pools.
                let least = channels.counts(&alive).iter().all(|&count| count == 1);
                let size = channels.size(&alive, measure);
                let tolerance = 2 * channels.largest(measure);
                assert!(size.abs_diff(asked) <= tolerance || least, "{what}: {size} of {asked}");
                // No layer is left without a unit.
                for index in 0..architecture.layers().len() {
                    let layer = channels.groups().layer(index);
                    assert!(layer.units.iter().any(|&group| alive[group]), "{what}: {index}");
                    assert!(layer.inputs.iter().any(|&group| alive[group]), "{what}: {index}");
                }
            }
        }
        let alive = live(architecture, mask);
        assert!(alive.is_within(mask), "{what}");
        assert_eq!(live(architecture, &alive), alive, "{what}");
        if grain == Grain::Channels {
            // Whole channels between channels that stay are all alive.
            assert!(disconnected(&alive).is_empty(), "{what}");
        }
    }

    /// The small network computes what the masked one does.
    fn check_small(&self, entry: &Entry, pruned: &Network, mask: &Mask, what: &str) {
        let small = pruned.shrink().network;
        let (a, b) = (pruned.forward(self.images.clone()), small.forward(self.images.clone()));
        let scale = a.clone().abs().max().into_scalar::<f32>().max(1.0);
        let change = (a - b).abs().max().into_scalar::<f32>();
        assert!(change <= 1e-5 * scale, "{what}: {change} of {scale}");
        let left = small.architecture().prunable_weights();
        match entry.grain() {
            Grain::Channels => assert_eq!(left, mask.kept(), "{what}"),
            Grain::Weights => assert!(left <= mask.total(), "{what}"),
        }
    }

    /// Everything about one method.
    fn check(&self, entry: &Entry, name: &str) {
        let measures: &[Measure] = match entry.grain() {
            Grain::Weights => &[Measure::Parameters],
            Grain::Channels => Measure::ALL,
        };
        let pruner = || entry.build(&Options::default()).unwrap();
        for &measure in measures {
            let what = format!("{} on {name} by {measure}", entry.name);
            let pruned = self.prune(&*pruner(), entry.scope, measure);
            let pruned = pruned.unwrap_or_else(|error| panic!("{what}: {error}"));
            self.check_mask((entry.grain(), entry.exact), &pruned.mask, measure, &what);
            let masked = pruned.apply(&self.network);
            self.check_small(entry, &masked, &pruned.mask, &what);
            let certificate = self.certifier.certify(&masked, pruned.draws.as_deref());
            certificate.unwrap_or_else(|error| panic!("{what}: {error}"));
            self.check_controls(entry, &pruned.mask, measure, &what);
        }
        let inverted = self.prune(&Inverted(pruner()), entry.scope, Measure::Parameters);
        let what = format!("inverted {} on {name}", entry.name);
        let inverted = inverted.unwrap_or_else(|error| panic!("{what}: {error}"));
        // Turned round, everything is ranked and nothing drawn.
        self.check_mask((entry.grain(), true), &inverted.mask, Measure::Parameters, &what);
    }

    /// Masks that are left to chance are as large as what they are controls of.
    fn check_controls(&self, entry: &Entry, mask: &Mask, measure: Measure, what: &str) {
        let architecture = self.network.architecture();
        let (everything, rng) = (Mask::full(architecture), &mut generator(5));
        let controls = match entry.grain() {
            Grain::Weights => {
                let random = pruning::random_of(mask, &everything, rng);
                assert_eq!(random.kept(), mask.kept(), "{what}");
                let shuffled = pruning::shuffled(mask, &everything, rng);
                for (own, other) in mask.layers().iter().zip(shuffled.layers()) {
                    assert_eq!(own.kept(), other.kept(), "{what}");
                }
                [random, shuffled]
            }
            Grain::Channels => {
                let channels = Channels::of(architecture);
                let whole = channels.size(&channels.alive(&everything), measure);
                let allocation = Allocation { measure, ..Allocation::default() };
                let budget = Budget((DENSITY * whole as f64) as usize);
                let random = channels.random(&everything, &allocation, budget, rng).unwrap();
                let shuffled = channels.shuffled(mask, &everything, rng);
                let counts = |mask: &Mask| channels.counts(&channels.alive(mask));
                assert_eq!(counts(mask), counts(&shuffled), "{what}");
                self.check_mask((entry.grain(), true), &random, measure, what);
                [random, shuffled]
            }
        };
        for mask in controls {
            self.check_small(
                entry,
                &Pruned::unchanged(mask.clone()).apply(&self.network),
                &mask,
                what,
            );
        }
    }
}

#[test]
fn every_method_works_on_every_network() {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let next = || next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                while let Some(entry) = zoo::ENTRIES.get(next()) {
                    let case = Case::new(small(entry));
                    methods::ENTRIES.iter().for_each(|method| case.check(method, entry.name));
                }
            });
        }
    });
}

use models::{Architecture, Builder, Convolution, Initialisation, Network};

use super::*;
use crate::Scores;
use crate::methods::Magnitude;
use crate::{Criterion, Subject, generator};

/// conv1 4x1x3x3 = 36, fc1 10x16 = 160, fc2 5x10 = 50 weights.
fn architecture() -> Architecture {
    let mut net = Builder::new("toy", [1, 4, 4]);
    let x = net.convolution(net.input(), "conv1", Convolution::new(4, 3));
    let x = net.linear(x, "fc1", 10);
    let x = net.linear(x, "fc2", 5);
    net.build(x).unwrap()
}

fn examined(network: &Network) -> Box<dyn Examined> {
    let images = burn::tensor::Tensor::empty([0, 1, 1, 1], &network.device());
    let scores = Magnitude.scores(Subject::new(network, &images), &mut generator(0)).unwrap();
    Box::new(crate::ranked::Ranking(scores))
}

fn network() -> Network {
    let device = burn::tensor::Device::flex();
    Network::new(architecture(), Initialisation::KaimingUniform, 1, &device)
}

fn counts(allocation: &Allocation, budget: usize) -> Result<Vec<usize>, PruneError> {
    let network = network();
    let within = Mask::full(network.architecture());
    let rng = &mut generator(0);
    let examined = examined(&network);
    let pruned =
        allocation.prune(network.architecture(), &*examined, &within, Budget(budget), rng)?;
    Ok(pruned.mask.layers().iter().map(LayerMask::kept).collect())
}

/// Every scope, with and without layers that are left out, at every budget that there is.
#[test]
fn every_scope_meets_every_budget_exactly() {
    for &scope in Scope::ALL {
        for left_out in [vec![], vec![0], vec![0, 2]] {
            let rates = if scope == Scope::Rates { vec![0.1, 0.2, 0.05] } else { Vec::new() };
            let apart: usize = left_out.iter().map(|&layer| [36, 160, 50][layer]).sum();
            let allocation = Allocation { scope, rates, left_out, ..Allocation::default() };
            for budget in apart + 1..=246 {
                let kept = counts(&allocation, budget).unwrap();
                assert_eq!(kept.iter().sum::<usize>(), budget, "{allocation:?}");
                for &layer in &allocation.left_out {
                    assert_eq!(kept[layer], [36, 160, 50][layer], "{allocation:?}");
                }
            }
        }
    }
}

#[test]
fn uniform_scopes_keep_the_same_share_everywhere() {
    assert_eq!(counts(&Scope::PerLayer.into(), 123).unwrap(), [18, 80, 25]);
    assert_eq!(counts(&Scope::PerUnit.into(), 123).unwrap(), [18, 80, 25]);
    let apart = Allocation { left_out: vec![2], ..Scope::PerLayer.into() };
    assert_eq!(counts(&apart, 148).unwrap(), [18, 80, 50]);
}

/// conv1 wants 4 + 1 + 3 + 3 = 11, fc1 26, fc2 15 of every 52: at 60 that is 12.7, 30 and 17.3. At 180
/// conv1 is full (38.1 of 36) and fc2 too (51.9 of 50): fc1 takes the rest.
#[test]
fn erk_hands_the_surplus_of_full_layers_on() {
    assert_eq!(counts(&Scope::Erk.into(), 60).unwrap(), [13, 30, 17]);
    assert_eq!(counts(&Scope::Erk.into(), 180).unwrap(), [36, 94, 50]);
}

/// 20 % of the survivors of each layer and 10 % of the last one's, round by round, on the layers of
/// LeNet-300-100: the densities that the lottery paper prints (arXiv 1803.03635, figures 1 to 4).
#[test]
fn rates_give_the_ladder_of_the_lottery_paper() {
    let lenet = models::zoo::architecture(&models::zoo::Request::named("lenet-300-100")).unwrap();
    let printed = [
        80.04, 64.06, 51.28, 41.05, 32.87, 26.32, 21.07, 16.88, 13.52, 10.83, 8.68, 6.95, 5.57,
        4.47, 3.58, 2.87, 2.31, 1.85, 1.49, 1.19,
    ];
    let rates = vec![0.2, 0.2, 0.1];
    let allocation = Allocation { rates: rates.clone(), ..Scope::Rates.into() };
    let mut within = Mask::full(&lenet);
    for (round, printed) in (1..).zip(printed) {
        let left = |layer: usize| {
            [235_200.0, 30_000.0, 1_000.0][layer] * (1.0 - rates[layer] as f64).powi(round)
        };
        let budget = (0..3).map(left).sum::<f64>().round() as usize;
        assert!((100.0 * budget as f64 / 266_200.0 - printed).abs() <= 0.01, "{round}");
        let quota = allocation.quota(&lenet, &within, Budget(budget)).unwrap();
        let Quota::Layers(places) = &quota else { panic!("{quota:?}") };
        for (layer, &places) in places.iter().enumerate() {
            assert!((places as f64 - left(layer)).abs() < 1.0, "{round} {places}");
            let keep = &mut within.layers[layer].keep;
            keep[..places].fill(true);
            keep[places..].fill(false);
        }
        assert!(round != 15 || budget == 9_537);
    }
}

#[test]
fn counts_of_another_mask_are_met_layer_by_layer() {
    let network = network();
    let (architecture, within) = (network.architecture(), Mask::full(network.architecture()));
    let rng = &mut generator(4);
    let global = Allocation::default();
    let other =
        global.prune(architecture, &*examined(&network), &within, Budget(99), rng).unwrap().mask;
    let like = global.prune_like(&other, &*examined(&network), &within, rng).unwrap().mask;
    assert_eq!(like, other);
    let random = Scores::new(&network, vec![vec![0.5; 36], vec![0.5; 160], vec![0.5; 50]]).unwrap();
    let random = crate::ranked::Ranking(random);
    let like = global.prune_like(&other, &random, &within, rng).unwrap().mask;
    let kept = |mask: &Mask| mask.layers.iter().map(LayerMask::kept).collect::<Vec<_>>();
    assert!(like != other && kept(&like) == kept(&other));
}

#[test]
fn what_cannot_be_met_is_told() {
    let message =
        |allocation: Allocation, budget| counts(&allocation, budget).unwrap_err().to_string();
    assert!(message(Scope::Global.into(), 247).contains("247 weights of 246"));
    let left_out = Allocation { left_out: vec![1], ..Allocation::default() };
    assert!(message(left_out, 100).contains("160"));
    assert!(message(Scope::Rates.into(), 100).contains("0 rates for 3 layers"));
    let frozen = Allocation { rates: vec![0.0, 0.0, 0.5], ..Scope::Rates.into() };
    assert!(message(frozen, 100).contains("rate 0"));
}

//! Batch normalisation: what training moves and what copies share.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use models::{Builder, Initialisation, Network};

use crate::small::{described, fresh, images, tensors_of, train};

mod small;

fn logits(network: &Network) -> Vec<f32> {
    network.forward(images(&network.device())).into_data().try_into_vec().unwrap()
}

#[test]
fn training_lowers_the_loss_and_moves_the_statistics() {
    let before = tensors_of(&fresh());
    assert_eq!(before["bn1.running_mean"].values, [0.0; 4]);
    assert_eq!(before["bn2.weight"].values, [1.0; 4]);

    let (network, losses) = train(fresh().train(), 20);
    assert!(losses[19] < 0.7 * losses[0], "{losses:?}");
    let after = tensors_of(&network);
    assert_eq!(after.len(), before.len());
    for (name, tensor) in &after {
        assert_ne!(tensor.values, before[name].values, "{name} has not moved");
    }
    // The last batch's contribution is neither lost nor counted twice.
    assert_eq!(tensors_of(&network.valid()), after);
}

#[test]
fn statistics_move_as_in_pytorch() {
    let mut net = Builder::new("norm", [1, 1, 1]);
    let x = net.batch_norm(net.input(), "bn");
    let x = net.linear(x, "fc", 1);
    let architecture = net.build(x).unwrap();
    let network = Network::new(architecture, Initialisation::GlorotNormal, 1, &Device::flex());
    let network = network.train();
    let batch = TensorData::new(vec![1.0_f32, 5.0], [2, 1, 1, 1]);
    network.forward(Tensor::from_data(batch, &network.device()));
    let tensors = tensors_of(&network);
    // Momentum 0.1; mean 3 and (biased) variance 4 of the batch.
    assert!((tensors["bn.running_mean"].values[0] - 0.3).abs() < 1e-6);
    assert!((tensors["bn.running_var"].values[0] - 1.3).abs() < 1e-6);
    let scale = network.norm_scale(0);
    assert!(!scale.is_autodiff());
    assert!((scale.into_scalar::<f32>() - 1.3_f32.sqrt().recip()).abs() < 1e-5);
}

#[test]
fn the_scale_is_how_far_a_norm_stretches() {
    let (network, _) = train(fresh().train(), 5);
    let tensors = tensors_of(&network);
    for (index, norm) in network.architecture().norms().iter().enumerate() {
        let of = |tensor| &tensors[&format!("{}.{tensor}", norm.name)].values;
        let scales: Vec<f32> = network.norm_scale(index).into_data().try_into_vec().unwrap();
        assert_eq!(scales.len(), 4);
        for ((scale, gamma), variance) in scales.iter().zip(of("weight")).zip(of("running_var")) {
            assert!((scale - (gamma / (variance + 1e-5).sqrt()).abs()).abs() < 1e-6);
        }
    }
}

#[test]
fn copies_that_share_nothing() {
    let (network, _) = train(fresh().train(), 3);
    let (weights, evaluated) = (tensors_of(&network), network.valid());
    let before = logits(&evaluated);

    let (detached, _) = train(network.detached(), 3);
    assert_eq!(tensors_of(&network), weights, "training a detached copy");
    assert_ne!(tensors_of(&detached), weights);
    assert_eq!(tensors_of(&network.detached()), weights);
    assert_eq!(tensors_of(&evaluated.detached()), weights);

    train(evaluated.clone().train(), 3);
    assert_eq!(logits(&evaluated), before, "training the twin of a clone");

    let redrawn = network.redrawn(Initialisation::KaimingUniform, 1);
    assert_eq!(tensors_of(&redrawn), tensors_of(&fresh()), "redrawing");
    train(redrawn, 3);
    assert_eq!(tensors_of(&network), weights, "training the redrawn");
}

#[test]
fn training_is_the_same_after_detaching_and_loading() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.safetensors");
    let (network, _) = train(fresh().train(), 3);
    network.save(&path).unwrap();
    let loaded = Network::load(described(), &path, &Device::flex()).unwrap();
    assert_eq!(logits(&loaded), logits(&network.valid()));
    let (detached, _) = train(network.detached(), 3);
    let (loaded, _) = train(loaded.train(), 3);
    let (network, _) = train(network, 3);
    assert_eq!(tensors_of(&detached), tensors_of(&network));
    assert_eq!(tensors_of(&loaded), tensors_of(&network));
}

/// A network of one norm after the other.
fn two_norms() -> Network {
    let mut net = Builder::new("norms", [1, 1, 1]);
    let x = net.batch_norm(net.input(), "a");
    let x = net.batch_norm(x, "b");
    let x = net.linear(x, "fc", 2);
    let architecture = net.build(x).unwrap();
    Network::new(architecture, Initialisation::GlorotNormal, 1, &Device::flex())
}

fn batch(values: &[f32]) -> Tensor<4> {
    let data = TensorData::new(values.to_vec(), [values.len(), 1, 1, 1]);
    Tensor::from_data(data, &Device::flex())
}

#[test]
fn statistics_taken_anew_by_hand() {
    let network = two_norms();
    let before = tensors_of(&network);
    let anew = network.reestimated([batch(&[1.0, 5.0]), batch(&[2.0, 2.0, 5.0, 5.0])]);
    assert_eq!(tensors_of(&network), before, "the network itself has not moved");
    let after = tensors_of(&anew);
    let value = |name: &str| after[name].values[0];
    // Means 3 and 3.5 and variances 4 and 2.25 of two and four images.
    assert!((value("a.running_mean") - (2.0 * 3.0 + 4.0 * 3.5) / 6.0).abs() < 1e-6);
    assert!((value("a.running_var") - (2.0 * 4.0 + 4.0 * 2.25) / 6.0).abs() < 1e-6);
    // The second sees what the first makes of a batch: mean 0, variance 1.
    assert!(value("b.running_mean").abs() < 1e-6);
    assert!((value("b.running_var") - 1.0).abs() < 1e-4);
    for name in ["a.weight", "a.bias", "fc.weight"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    // What was there before does not count, and no image is no news.
    let again = anew.reestimated([batch(&[1.0, 5.0]), batch(&[2.0, 2.0, 5.0, 5.0])]);
    assert_eq!(tensors_of(&again), after);
    assert_eq!(tensors_of(&anew.reestimated([])), after);
}

#[test]
fn evaluation_after_it_is_like_training_on_that_batch() {
    let (network, _) = train(fresh().train(), 3);
    let network = network.valid();
    let images = images(&network.device());
    let anew = network.reestimated([images.clone()]);
    let evaluated: Vec<f32> = anew.forward(images.clone()).into_data().try_into_vec().unwrap();
    let training = network.train();
    let trained = training.forward(Tensor::from_inner(images)).inner();
    let trained: Vec<f32> = trained.into_data().try_into_vec().unwrap();
    for (a, b) in evaluated.iter().zip(&trained) {
        assert!((a - b).abs() < 1e-4, "{a} {b}");
    }
}

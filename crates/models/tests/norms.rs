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

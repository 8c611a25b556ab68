//! Files of shrunken networks: read back, trained further, and what an inconsistent one is told.

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::Module;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Device, Tensor};
use models::tensors::{self, HostTensor};
use models::{Builder, Convolution, ModelError, Network};

use crate::cut::{altered, assert_same, cut, dense, known, mute_unit, widths};

mod cut;

fn narrowed(network: &Network, path: &Path) -> Result<Network, ModelError> {
    Network::load_narrowed(network.architecture(), path, &Device::flex())
}

#[test]
fn the_round_trip_keeps_every_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.safetensors");
    for architecture in [known("resnet-20"), known("resnet-20-padded"), known("densenet-22")] {
        let network = cut(architecture, 2);
        let small = network.shrink().network;
        assert_ne!(widths(&small), widths(&network));
        small.save(&path).unwrap();
        let loaded = narrowed(&network, &path).unwrap();
        assert_eq!(loaded.architecture(), small.architecture());
        assert_eq!(loaded.tensors(), small.tensors());
        assert_same(&network, &loaded, "loaded");
        // The description of full width takes no other file than before.
        assert!(Network::load(network.architecture().clone(), &path, &Device::flex()).is_err());

        network.save(&path).unwrap();
        assert_eq!(narrowed(&network, &path).unwrap().architecture(), network.architecture());
    }
}

#[test]
fn a_gained_bias_is_read_back_and_trained() {
    let mut net = Builder::new("t", [1, 6, 6]);
    let x = net.convolution(net.input(), "conv", Convolution::new(4, 3));
    let x = net.relu(x);
    let x = net.linear_without_bias(x, "fc", 2);
    let network = altered(&dense(net.build(x).unwrap(), 1), |name, tensor| match name {
        "conv.weight" => mute_unit(tensor, 2),
        "conv.bias" => tensor.values[2] = 1.5,
        _ => {}
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.safetensors");
    let shrunk = network.shrink();
    assert_eq!(shrunk.gained_bias, ["fc"]);
    shrunk.network.save(&path).unwrap();
    let loaded = narrowed(&network, &path).unwrap();
    assert_same(&network, &loaded, "gained");

    let mut network = loaded.train();
    let device = network.device();
    let mut optimiser = SgdConfig::new().init();
    let losses: Vec<f32> = (0..10)
        .map(|_| {
            let logits = network.forward(Tensor::ones([3, 1, 6, 6], &device));
            let loss = (logits - 1.0).powi_scalar(2).mean();
            let value = loss.clone().into_scalar::<f32>();
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimiser.step(0.02, network.clone(), gradients);
            value
        })
        .collect();
    assert!(losses[9] < 0.5 * losses[0], "{losses:?}");
}

#[test]
fn widths_that_do_not_fit_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.safetensors");
    let network = dense(known("resnet-20"), 1);
    let whole = network.tensors();
    let told = |change: &dyn Fn(&mut BTreeMap<String, HostTensor>)| {
        let mut file = whole.clone();
        change(&mut file);
        tensors::write(&path, &file).unwrap();
        narrowed(&network, &path).unwrap_err().to_string()
    };
    let put = |file: &mut BTreeMap<String, HostTensor>, name: &str, shape: &[usize]| {
        let values = vec![0.5; shape.iter().product()];
        file.insert(name.to_owned(), HostTensor { shape: shape.to_vec(), values });
    };
    // Wider, another kernel, another rank: as if nothing could be narrower.
    let message = told(&|file| put(file, "conv1.weight", &[17, 3, 3, 3]));
    assert!(
        message.contains("\"conv1.weight\": shape [17, 3, 3, 3]; expected [16, 3"),
        "{message}"
    );
    let message = told(&|file| put(file, "conv1.weight", &[16, 3, 1, 1]));
    assert!(message.contains("shape [16, 3, 1, 1]; expected [16, 3, 3, 3]"), "{message}");
    let message = told(&|file| put(file, "fc.bias", &[9]));
    assert!(message.ends_with("\"fc.bias\": shape [9]; expected [10]"), "{message}");
    // Narrower, and the others do not follow.
    let message = told(&|file| put(file, "conv1.weight", &[12, 3, 3, 3]));
    assert!(message.contains("\"layer1.0.conv2.weight\"") && message.contains("12"), "{message}");
    let message = told(&|file| put(file, "layer1.0.conv1.weight", &[5, 16, 3, 3]));
    assert!(message.contains("\"layer1.0.conv2.weight\": shape [16, 16, 3, 3]"), "{message}");
    assert!(message.contains("expected [16, 5, 3, 3], by the narrower weights"), "{message}");
    let message = told(&|file| put(file, "fc.weight", &[8, 64]));
    assert!(message.contains("\"fc.weight\": 8 units; expected 10, one for each"), "{message}");
    let message = told(&|file| {
        file.remove("bn1.weight");
    });
    assert!(message.contains("missing: bn1.weight; not known: none"), "{message}");
}

//! Means over windows, concatenation and sums give the values they should.

use burn::tensor::{Device, Tensor, TensorData};
use models::{Builder, Initialisation, Network};

#[test]
fn means_over_windows() {
    let mut net = Builder::new("means", [1, 3, 5]);
    let x = net.average_pool(net.input(), 2);
    let both = net.concat(&[x, x]);
    let x = net.add(both, both);
    let x = net.linear_without_bias(x, "fc", 1);
    let architecture = net.build(x).unwrap();
    let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &Device::flex());
    let pixels = (0..15).map(|i| i as f32).collect::<Vec<_>>();
    let images = Tensor::from_data(TensorData::new(pixels, [1, 1, 3, 5]), &Device::flex());
    let mut seen = Vec::new();
    network.forward_watched(images, |_, input| {
        seen = input.clone().into_data().try_into_vec::<f32>().unwrap();
    });
    // The means are 3 and 5; the third row and the fifth column fill no window.
    assert_eq!(seen, [6.0, 10.0, 6.0, 10.0]);
    assert_eq!(network.bias_values(0), None);
}

//! Means and maxima over windows, concatenation and sums give the values they should.

use burn::tensor::{Device, Tensor, TensorData};
use models::{Builder, Initialisation, Network, Value, Window};

/// What reaches a linear layer behind `describe` for one image of a single channel, 0 1 2 … times
/// `sign`.
fn values(map: [usize; 2], sign: f32, describe: impl Fn(&mut Builder, Value) -> Value) -> Vec<f32> {
    let [height, width] = map;
    let mut net = Builder::new("t", [1, height, width]);
    let image = net.input();
    let x = describe(&mut net, image);
    let x = net.linear_without_bias(x, "fc", 1);
    let architecture = net.build(x).unwrap();
    let network = Network::new(architecture, Initialisation::KaimingUniform, 1, &Device::flex());
    assert_eq!(network.bias_values(0), None);
    let pixels = (0..height * width).map(|i| sign * i as f32).collect::<Vec<_>>();
    let images = Tensor::from_data(TensorData::new(pixels, [1, 1, height, width]), &Device::flex());
    let mut seen = Vec::new();
    network.forward_watched(images, |_, input| {
        seen = input.clone().into_data().try_into_vec::<f32>().unwrap();
    });
    seen
}

#[test]
fn means_over_windows() {
    let found = values([3, 5], 1.0, |net, x| {
        let x = net.average_pool(x, 2);
        let both = net.concat(&[x, x]);
        net.add(both, both)
    });
    // The means are 3 and 5; the third row and the fifth column fill no window.
    assert_eq!(found, [6.0, 10.0, 6.0, 10.0]);
}

#[test]
fn maxima_over_windows() {
    assert_eq!(values([3, 5], 1.0, |net, x| net.max_pool(x, 2)), [6.0, 8.0]);
    // All values are below 0, and the margin is not among them.
    let overlapping = Window::new(3).stride(2).padding(1);
    let found = values([4, 5], -1.0, |net, x| net.max_pool(x, overlapping));
    assert_eq!(found, [-0.0, -1.0, -3.0, -5.0, -6.0, -8.0]);
    let found = values([2, 3], 1.0, |net, x| net.max_pool(x, Window::new(2).stride(1)));
    assert_eq!(found, [4.0, 5.0]);
}

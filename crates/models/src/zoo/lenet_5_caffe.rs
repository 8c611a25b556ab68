use super::{Entry, Images};
use crate::builder::{Builder, Convolution};

/// The LeNet-5 that Caffe made the custom of pruning papers; as there, without an activation
/// between convolution and pooling.
pub(super) const ENTRY: Entry = Entry {
    name: "lenet-5-caffe",
    examples: &["lenet-5-caffe"],
    summary: "convolutions 20@5x5, 50@5x5, dense 500",
    images: Images::Only([1, 28, 28]),
    build: |request| {
        let [] = request.stages([])?;
        let mut net = Builder::new(&request.name, request.input);
        let x = net.convolution(net.input(), "conv1", Convolution::new(20, 5));
        let x = net.max_pool(x, 2);
        let x = net.convolution(x, "conv2", Convolution::new(50, 5));
        let x = net.max_pool(x, 2);
        let x = net.linear(x, "fc1", 500);
        let x = net.relu(x);
        let x = net.linear(x, "fc2", request.classes);
        net.build(x)
    },
};

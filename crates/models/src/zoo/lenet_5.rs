use super::{Entry, Images};
use crate::builder::{Builder, Convolution};

/// The LeNet-5 of the SiPP authors' public code: its third layer, a convolution over the whole
/// 6x6 map, bears the name of a dense one (`fc1`).
pub(super) const ENTRY: Entry = Entry {
    name: "lenet-5",
    examples: &["lenet-5"],
    summary: "convolutions 6@3x3, 16@3x3, 120@6x6, dense 84, as in the SiPP code",
    images: Images::Only([1, 32, 32]),
    build: |request| {
        let [] = request.stages([])?;
        let mut net = Builder::new(&request.name, request.input);
        let x = net.convolution(net.input(), "conv1", Convolution::new(6, 3));
        let x = net.relu(x);
        let x = net.max_pool(x, 2);
        let x = net.convolution(x, "conv2", Convolution::new(16, 3));
        let x = net.relu(x);
        let x = net.max_pool(x, 2);
        let x = net.convolution(x, "fc1", Convolution::new(120, 6));
        let x = net.relu(x);
        let x = net.linear(x, "fc2", 84);
        let x = net.relu(x);
        let x = net.linear(x, "fc3", request.classes);
        net.build(x)
    },
};

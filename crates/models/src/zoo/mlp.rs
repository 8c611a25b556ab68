use super::{Entry, Images, Request};
use crate::architecture::Architecture;
use crate::builder::Builder;
use crate::error::ModelError;

/// 784-300-100-10 (LeCun et al. 1998; 266,610 parameters on 28x28 images).
pub(super) const LENET_300_100: Entry = Entry {
    name: "lenet-300-100",
    examples: &["lenet-300-100"],
    summary: "fully connected 300-100",
    images: Images::Only([1, 28, 28]),
    build: |request| {
        let [] = request.stages([])?;
        describe(request, &[300, 100])
    },
};

pub(super) const ENTRY: Entry = Entry {
    name: "mlp",
    examples: &[],
    summary: "fully connected with `widths` of your own",
    images: Images::Any([1, 28, 28]),
    build: |request| {
        if request.widths.is_empty() {
            let problem = "no widths; give the hidden layers', such as widths = [300, 100]";
            return Err(request.rejection(problem.to_owned()));
        }
        describe(request, &request.widths)
    },
};

fn describe(request: &Request, widths: &[usize]) -> Result<Architecture, ModelError> {
    let mut net = Builder::new(&request.name, request.input);
    let mut x = net.input();
    for (index, &width) in widths.iter().enumerate() {
        x = net.linear(x, &format!("fc{}", index + 1), width);
        x = net.relu(x);
    }
    let x = net.linear(x, &format!("fc{}", widths.len() + 1), request.classes);
    net.build(x)
}

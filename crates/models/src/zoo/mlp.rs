use super::{Entry, Request};
use crate::architecture::Architecture;
use crate::builder::Builder;
use crate::error::ModelError;

/// 784-300-100-10 (LeCun et al. 1998; 266,610 parameters on 28x28 images).
pub(super) const LENET_300_100: Entry = Entry {
    name: "lenet-300-100",
    summary: "fully connected 300-100, ReLU: 266,610 parameters on 28x28 images",
    input: Some([1, 28, 28]),
    build: |request| describe(request, &[300, 100]),
};

pub(super) const ENTRY: Entry = Entry {
    name: "mlp",
    summary: "fully connected with `widths` of your own, ReLU, any image",
    input: None,
    build: |request| {
        if request.widths.is_empty() {
            let problem =
                "no widths; give the hidden layers', such as widths = [300, 100]".to_owned();
            return Err(ModelError::Request { network: request.name.clone(), problem });
        }
        describe(request, &request.widths)
    },
};

fn describe(request: &Request, widths: &[usize]) -> Result<Architecture, ModelError> {
    let input = super::entry(&request.name)?.input.unwrap_or(request.input);
    let mut net = Builder::new(&request.name, input);
    let mut x = net.input();
    for (index, &width) in widths.iter().enumerate() {
        x = net.linear(x, &format!("fc{}", index + 1), width);
        x = net.relu(x);
    }
    let x = net.linear(x, &format!("fc{}", widths.len() + 1), request.classes);
    net.build(x)
}

//! MNIST, the handwritten digits of LeCun, Cortes and Burges.

use super::{Definition, Origin, Published};

pub(super) const DEFINITION: Definition = Definition {
    name: "mnist",
    description: "handwritten digits, 60,000 training and 10,000 test images, 28x28 grey",
    classes: 10,
    mean: &[0.1307],
    std: &[0.3081],
    origin: Origin::Idx(Published {
        // The CVDF mirror, which burn-dataset uses too: the authors' own page is gone.
        url: "https://storage.googleapis.com/cvdf-datasets/mnist/",
        md5: [
            "6bbc9ace898e44ae57da46a324031adb",
            "a25bea736e30d166cdddb491f175f624",
            "2646ac647ad5339dbf082846283269ea",
            "27ae3e4e09519cfbb04c329615203637",
        ],
    }),
};

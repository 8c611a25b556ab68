//! Fashion-MNIST, Zalando's articles of clothing in the format of MNIST.

use super::{Definition, Origin, Published};

pub(super) const DEFINITION: Definition = Definition {
    name: "fashion-mnist",
    description: "articles of clothing, 60,000 training and 10,000 test images, 28x28 grey",
    classes: 10,
    mean: &[0.2860],
    std: &[0.3530],
    origin: Origin::Idx(Published {
        // The publisher's address has no TLS; the checksums stand in for it.
        url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        // Of the content. The publisher gives those of the .gz files, which a mirror that packs
        // anew would not meet; these are the ones that other loaders of the data check.
        md5: [
            "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "9018921c3c673c538a1fc5bad174d6f9",
            "8181f5470baa50b63fa0f6fddb340f0a",
            "15d484375f8d13e6eb1aabb0c3f46965",
        ],
    }),
};

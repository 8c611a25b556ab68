//! The networks that the SiPP authors' public code builds under the names resnet56 and resnet110:
//! as many blocks as He's, but bottlenecks of three convolutions.

use super::{Entry, Images, residual, resnet};

const IMAGES: Images = Images::Any([3, 32, 32]);

pub(super) const RESNET_56: Entry = Entry {
    name: "resnet-56-bottleneck",
    examples: &["resnet-56-bottleneck"],
    summary: "resnet-56 of the SiPP code, with bottlenecks for blocks",
    images: IMAGES,
    build: |request| resnet::describe(request, residual::bottleneck, 9),
};

pub(super) const RESNET_110: Entry = Entry {
    name: "resnet-110-bottleneck",
    examples: &["resnet-110-bottleneck"],
    summary: "resnet-110 of the SiPP code, with bottlenecks for blocks",
    images: IMAGES,
    build: |request| resnet::describe(request, residual::bottleneck, 18),
};

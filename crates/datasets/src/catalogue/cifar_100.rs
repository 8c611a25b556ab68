//! CIFAR-100, a hundred kinds in the format of CIFAR-10. The fine labels are the classes.

use super::{Archive, Definition, LabelByte, Origin, RecordFile};

/// The author's folder, for both data sets.
pub(super) const URL: &str = "https://www.cs.toronto.edu/~kriz/";
/// The constants that the papers' code uses for both data sets; the deviations are the means of those
/// within single images, and a fifth smaller than those over all pixels.
pub(super) const MEAN: [f32; 3] = [0.4914, 0.4822, 0.4465];
pub(super) const STD: [f32; 3] = [0.2023, 0.1994, 0.2010];

pub(super) const DEFINITION: Definition = Definition {
    name: "cifar-100",
    description: "photographs of 100 kinds, 50,000 training and 10,000 test images, 32x32 in colour",
    classes: 100,
    mean: &MEAN,
    std: &STD,
    origin: Origin::Cifar(Archive {
        url: URL,
        file: "cifar-100-binary.tar.gz",
        md5: "03b5dce01913d631647c71ecec9e9cb8",
        folder: "cifar-100-binary",
        training: &[RecordFile { name: "train.bin", records: 50_000 }],
        test: &RecordFile { name: "test.bin", records: 10_000 },
        labels: &[
            LabelByte { name: "coarse label", classes: 20 },
            LabelByte { name: "fine label", classes: 100 },
        ],
    }),
};

//! CIFAR-10, Krizhevsky's photographs of animals and vehicles.

use super::{Archive, Definition, LabelByte, Origin, RecordFile};

pub(super) const DEFINITION: Definition = Definition {
    name: "cifar-10",
    description: "photographs of 10 kinds, 50,000 training and 10,000 test images, 32x32 in colour",
    classes: 10,
    mean: &super::cifar_100::MEAN,
    std: &super::cifar_100::STD,
    origin: Origin::Cifar(Archive {
        url: super::cifar_100::URL,
        file: "cifar-10-binary.tar.gz",
        md5: "c32a1d4ab5d03f1284b67883e8d87530",
        folder: "cifar-10-batches-bin",
        training: &[
            RecordFile { name: "data_batch_1.bin", records: 10_000 },
            RecordFile { name: "data_batch_2.bin", records: 10_000 },
            RecordFile { name: "data_batch_3.bin", records: 10_000 },
            RecordFile { name: "data_batch_4.bin", records: 10_000 },
            RecordFile { name: "data_batch_5.bin", records: 10_000 },
        ],
        test: &RecordFile { name: "test_batch.bin", records: 10_000 },
        labels: &[LabelByte { name: "label", classes: 10 }],
    }),
};

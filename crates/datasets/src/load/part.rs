//! The four files of a data set in MNIST's format.

use super::idx::Kind;
use crate::DatasetError;

/// One of the four files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    TrainImages,
    TrainLabels,
    TestImages,
    TestLabels,
}

impl Part {
    pub(crate) const ALL: [Self; 4] =
        [Self::TrainImages, Self::TrainLabels, Self::TestImages, Self::TestLabels];

    /// One value for each of the four, in the order of [`ALL`](Self::ALL), up to the first error.
    pub(crate) fn each<T>(
        mut make: impl FnMut(Self) -> Result<T, DatasetError>,
    ) -> Result<[T; 4], DatasetError> {
        Ok([
            make(Self::TrainImages)?,
            make(Self::TrainLabels)?,
            make(Self::TestImages)?,
            make(Self::TestLabels)?,
        ])
    }

    /// The name of the file as it is published, without `.gz`.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::TrainImages => "train-images-idx3-ubyte",
            Self::TrainLabels => "train-labels-idx1-ubyte",
            Self::TestImages => "t10k-images-idx3-ubyte",
            Self::TestLabels => "t10k-labels-idx1-ubyte",
        }
    }

    /// The name under which it is downloaded.
    pub(crate) fn packed_name(self) -> String {
        format!("{}.gz", self.file_name())
    }

    /// Every name that the file is known to have: some unpackers put a dot before `idx`.
    pub(crate) fn file_names(self) -> [String; 4] {
        let name = self.file_name();
        let dotted = name.replace("-idx", ".idx");
        [name.to_owned(), self.packed_name(), format!("{dotted}.gz"), dotted]
    }

    /// For messages.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::TrainImages => "the training images",
            Self::TrainLabels => "the training labels",
            Self::TestImages => "the test images",
            Self::TestLabels => "the test labels",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::TrainImages | Self::TestImages => Kind::Images,
            Self::TrainLabels | Self::TestLabels => Kind::Labels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_dash_and_dot_raw_and_packed() {
        let expected = [
            "t10k-labels-idx1-ubyte",
            "t10k-labels-idx1-ubyte.gz",
            "t10k-labels.idx1-ubyte.gz",
            "t10k-labels.idx1-ubyte",
        ];
        assert_eq!(Part::TestLabels.file_names(), expected);
    }
}

//! The data sets there are: one file each, declared here, and one line each in the list below.

mod cifar_10;
mod cifar_100;
mod digits;
mod fashion_mnist;
mod image_folder;
mod mnist;
mod published;

use std::{fmt, str::FromStr};

use crate::{DatasetError, Images, Normalisation};
pub(crate) use published::{Archive, LabelByte, Published, RecordFile};

/// Declares [`DatasetName`] from a list of variants and the modules that define them.
macro_rules! data_sets {
    ($($(#[$doc:meta])* $variant:ident => $module:ident,)+) => {
        /// A data set by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum DatasetName {
            $($(#[$doc])* $variant,)+
        }

        impl DatasetName {
            /// Every data set, in the order in which they are listed to people.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub(crate) const fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$variant => &$module::DEFINITION,)+
                }
            }
        }
    };
}

data_sets! {
    /// Handwritten digits, 60,000 + 10,000 images of 28x28 (LeCun et al. 1998).
    Mnist => mnist,
    /// Articles of clothing, 60,000 + 10,000 images of 28x28 (Xiao et al. 2017).
    FashionMnist => fashion_mnist,
    /// Photographs of 10 kinds, 50,000 + 10,000 images of 32x32 in colour (Krizhevsky 2009).
    Cifar10 => cifar_10,
    /// Photographs of 100 kinds, 50,000 + 10,000 images of 32x32 in colour (Krizhevsky 2009).
    Cifar100 => cifar_100,
    /// Handwritten digits, 1,437 + 360 images of 8x8 (Alpaydin and Kaynak 1998), embedded.
    Digits => digits,
    /// A user's own images in folders, one for each class.
    ImageFolder => image_folder,
}

/// What the rest of the crate needs to know of a data set.
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) classes: usize,
    /// One mean a channel, of the training pixels in the range 0 to 1.
    pub(crate) mean: &'static [f32],
    /// One standard deviation a channel.
    pub(crate) std: &'static [f32],
    pub(crate) origin: Origin,
}

/// Where a data set lives.
pub(crate) enum Origin {
    /// In four IDX files that somebody publishes.
    Idx(Published),
    /// In an archive of records that somebody publishes.
    Cifar(Archive),
    /// In a folder of the user's.
    ImageFolder,
    /// In the program; gives training and test images.
    Embedded(fn() -> Result<(Images, Images), DatasetError>),
}

impl Definition {
    pub(crate) fn normalisation(&self) -> Normalisation {
        Normalisation { mean: self.mean.to_vec(), std: self.std.to_vec() }
    }
}

impl DatasetName {
    /// The name in configurations, in folders and on the command line, such as `fashion-mnist`.
    pub const fn as_str(self) -> &'static str {
        self.definition().name
    }

    /// One line for people: what it shows, how many images, what size.
    pub const fn description(self) -> &'static str {
        self.definition().description
    }

    /// Channels of its images: 1 for grey ones, 3 for those in colour.
    pub const fn channels(self) -> usize {
        match self.definition().origin {
            Origin::ImageFolder => 3,
            _ => self.definition().mean.len(),
        }
    }
}

impl fmt::Display for DatasetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for DatasetName {
    type Err = DatasetError;

    /// The data set whose [`as_str`](Self::as_str) is `text`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.iter().copied();
        all.find(|name| name.as_str() == text).ok_or_else(|| DatasetError::UnknownName {
            found: text.to_owned(),
            known: Self::ALL.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for &name in DatasetName::ALL {
            assert_eq!(name.to_string().parse::<DatasetName>().unwrap(), name);
            assert!(!name.description().contains('\n'));
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = "cifar-20".parse::<DatasetName>().unwrap_err().to_string();
        assert!(
            error.contains("`cifar-20`") && error.contains("mnist, fashion-mnist, cifar-10, "),
            "{error}"
        );
    }

    #[test]
    fn definitions_are_whole() {
        for name in DatasetName::ALL {
            let definition = name.definition();
            assert_eq!(definition.mean.len(), definition.std.len());
            let (url, sums) = match &definition.origin {
                Origin::Idx(published) => (published.url, &published.md5[..]),
                Origin::Cifar(archive) => (archive.url, std::slice::from_ref(&archive.md5)),
                Origin::ImageFolder | Origin::Embedded(_) => continue,
            };
            assert!(url.ends_with('/'));
            assert!(sums.iter().all(|md5| md5.len() == 32));
        }
    }
}

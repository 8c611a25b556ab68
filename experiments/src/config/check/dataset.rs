use std::str::FromStr;

use datasets::{Augmentation, DatasetName, Normalisation, Source, Validation};

use super::Checker;
use crate::config::raw;

/// Largest side of an image folder's images: all of them have to fit into the memory at once.
const MAX_SIZE: usize = 1024;

/// `[dataset]`.
impl Checker {
    pub(super) fn source(&mut self, raw: &raw::Dataset) -> Source {
        let name = self.dataset("dataset.name", &raw.name);
        let offline = raw.offline.as_ref().map(|name| self.dataset("dataset.offline", name));
        self.require("dataset.offline", offline != Some(DatasetName::ImageFolder), || {
            "\"image-folder\" is not always there; expected another data set, such as \"digits\""
                .to_owned()
        });
        match name {
            DatasetName::ImageFolder => self.folder(raw),
            _ => self.no_folder(raw),
        }
        Source {
            name,
            path: raw.path.clone(),
            url: raw.url.clone(),
            offline,
            cache: None,
            size: raw.size,
            normalisation: raw.normalisation.as_ref().map(|own| self.normalisation(name, own)),
        }
    }

    /// An image folder has to be named, with the size of its images.
    fn folder(&mut self, raw: &raw::Dataset) {
        self.require("dataset.path", raw.path.is_some(), || {
            "none; \"image-folder\" needs the folder that holds train/ and test/ or val/, here or as --data DIR"
                .to_owned()
        });
        let side = raw.size.map_or_else(|| "none".to_owned(), |size| size.to_string());
        let fits = raw.size.is_some_and(|size| (1..=MAX_SIZE).contains(&size));
        self.require("dataset.size", fits, || {
            format!(
                "{side}; \"image-folder\" needs the side of its images in pixels, 1 to {MAX_SIZE}, such as 64"
            )
        });
    }

    /// Images of other data sets have a size.
    fn no_folder(&mut self, raw: &raw::Dataset) {
        self.require("dataset.size", raw.size.is_none(), || {
            format!("given, and \"{}\" has its own; only \"image-folder\" takes one", raw.name)
        });
    }

    /// One mean and one deviation for each channel of the images.
    fn normalisation(&mut self, name: DatasetName, raw: &raw::Normalisation) -> Normalisation {
        let raw::Normalisation { mean, std } = raw;
        let channels = name.channels();
        let fits = |values: &[f64]| values.len() == channels;
        let number = if channels == 1 { "one number" } else { "three numbers" };
        let usual = fits(mean) && mean.iter().all(|mean| mean.is_finite());
        self.require("dataset.normalisation.mean", usual, || {
            format!("{mean:?}; expected {number} for the images of \"{name}\"")
        });
        let positive = fits(std) && std.iter().all(|&std| std > 0.0 && std.is_finite());
        self.require("dataset.normalisation.std", positive, || {
            format!("{std:?}; expected {number} above 0 for the images of \"{name}\"")
        });
        let values = |values: &[f64]| values.iter().map(|&value| value as f32).collect();
        Normalisation { mean: values(mean), std: values(std) }
    }

    fn dataset(&mut self, key: &str, name: &str) -> DatasetName {
        let known: Vec<_> = DatasetName::ALL.iter().map(|dataset| dataset.as_str()).collect();
        self.known(key, name, &known);
        DatasetName::from_str(name).unwrap_or(DatasetName::ALL[0])
    }

    pub(super) fn validation(&mut self, raw: raw::Validation) -> Validation {
        match raw {
            raw::Validation::Count(count) => {
                self.require("dataset.validation", count > 0, || {
                    "0; expected at least 1 image".to_owned()
                });
                Validation::Count(count)
            }
            raw::Validation::Share(share) => {
                self.require("dataset.validation", share > 0.0 && share < 1.0, || {
                    format!("{share}; expected a share between 0 and 1, or a number of images")
                });
                Validation::Share(share)
            }
        }
    }

    /// `None` for none.
    pub(super) fn augmentation(&mut self, raw: raw::Augment) -> Option<Augmentation> {
        let raw::Augment { pad, flip, resized_crop } = raw;
        self.require("dataset.augment", pad == 0 || !resized_crop, || {
            format!("pad = {pad} beside resized_crop = true; expected one way to crop")
        });
        Some(Augmentation { pad, flip, resized_crop }).filter(|how| !how.is_none())
    }
}

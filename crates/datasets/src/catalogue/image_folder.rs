//! A user's own images: a folder of folders, one for each class.

use super::{Definition, Origin};

pub(super) const DEFINITION: Definition = Definition {
    name: "image-folder",
    description: "a folder with train/ and test/ or val/, in each a folder of PNG or JPEG files for each class",
    // What there is and what it looks like, the folder tells.
    classes: 0,
    mean: &[],
    std: &[],
    origin: Origin::ImageFolder,
};

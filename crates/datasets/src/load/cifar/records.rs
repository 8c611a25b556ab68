//! Records of labels and pixels, one after the other and without a header.

use super::{CifarError, Content};
use crate::{
    DatasetError, ImageShape, Images,
    catalogue::{Archive, LabelByte},
};

/// Red, green and blue planes of 32 rows.
pub(super) const SHAPE: ImageShape = ImageShape { channels: 3, height: 32, width: 32 };

impl Archive {
    /// Bytes of a record: its labels, then its pixels.
    pub(super) fn record_bytes(&self) -> usize {
        self.labels.len() + SHAPE.pixels()
    }
}

/// The images of all records; the last label of a record is its class.
pub(super) fn decode(contents: &[Content], labels: &[LabelByte]) -> Result<Images, DatasetError> {
    let size = labels.len() + SHAPE.pixels();
    let count: usize = contents.iter().map(|content| content.bytes.len() / size).sum();
    let mut pixels = Vec::with_capacity(count * SHAPE.pixels());
    let mut classes = Vec::with_capacity(count);
    for Content { file, bytes } in contents {
        if bytes.is_empty() {
            return Err(CifarError::Empty { file: file.clone() }.into());
        }
        for (record, bytes) in bytes.chunks(size).enumerate() {
            let file = || file.clone();
            if bytes.len() < size {
                let (found, expected) = (bytes.len(), size);
                return Err(CifarError::Truncated { file: file(), record, found, expected }.into());
            }
            let (marks, image) = bytes.split_at(labels.len());
            let mut pairs = labels.iter().zip(marks);
            if let Some((&LabelByte { name, classes }, &value)) =
                pairs.find(|(label, value)| usize::from(**value) >= label.classes)
            {
                return Err(CifarError::Label { file: file(), record, name, value, classes }.into());
            }
            classes.extend(marks.last().copied().map(u16::from));
            pixels.extend_from_slice(image);
        }
    }
    Images::new(SHAPE, pixels, classes)
}

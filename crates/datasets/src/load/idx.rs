//! The IDX format of MNIST, raw or gzipped.
//!
//! A header of big-endian words (magic number, count, and for images height and width), then one
//! byte a value. The header comes from outside: nothing is allocated on its word alone.

use std::io::{self, BufRead, Read};

use flate2::bufread::MultiGzDecoder;
use md5::{Digest, Md5};

use crate::DatasetError;

/// No data set in this format comes near; a header that announces more is not one.
const MAX_BYTES: u64 = 1 << 30;
/// Deflate cannot pack tighter than this (zlib's technical notes say 1032:1).
const MAX_RATIO: u64 = 1_032;

/// What an IDX file of this crate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bytes in three dimensions: count, height, width.
    Images,
    /// Bytes in one dimension.
    Labels,
}

impl Kind {
    fn describe(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Labels => "labels",
        }
    }

    fn dimensions(self) -> u8 {
        match self {
            Self::Images => 3,
            Self::Labels => 1,
        }
    }

    /// 0, 0, the code of bytes, the number of dimensions.
    fn magic(self) -> [u8; 4] {
        [0, 0, 8, self.dimensions()]
    }

    fn of_magic(magic: &[u8]) -> String {
        match [Self::Images, Self::Labels].iter().find(|kind| kind.magic() == magic) {
            Some(kind) => kind.describe().to_owned(),
            None => format!("IDX data of another kind (magic number {})", spaced(magic)),
        }
    }
}

/// A decoded file.
pub(crate) struct Idx {
    /// Count, and for images height and width.
    pub(crate) dimensions: Vec<usize>,
    /// The values.
    pub(crate) data: Vec<u8>,
    /// MD5 of the whole uncompressed file, in hexadecimal.
    pub(crate) md5: String,
}

/// Decodes `input`, which is `length` bytes long and is called `file` in messages.
///
/// Whether it is packed is read off its first bytes, not off its name.
pub(crate) fn decode(
    file: &str,
    kind: Kind,
    mut input: impl BufRead,
    length: u64,
) -> Result<Idx, DatasetError> {
    let start = input.fill_buf().map_err(|error| failed(file, error))?;
    let (packed, raw) = (start.starts_with(&[0x1f, 0x8b]), start.starts_with(&[0, 0]));
    if packed {
        let limit = length.saturating_mul(MAX_RATIO).min(MAX_BYTES);
        read(file, kind, MultiGzDecoder::new(input), limit)
    } else if raw || start.is_empty() {
        read(file, kind, input, MAX_BYTES)
    } else {
        Err(DatasetError::NotIdx {
            file: file.to_owned(),
            start: format!("`{}`", start[..start.len().min(16)].escape_ascii()),
        })
    }
}

fn read(file: &str, kind: Kind, mut input: impl Read, limit: u64) -> Result<Idx, DatasetError> {
    let magic = kind.magic();
    let size = magic.len() + 4 * usize::from(kind.dimensions());
    let mut header = Vec::with_capacity(size);
    append(file, &mut input, magic.len(), &mut header)?;
    if header.len() == magic.len() && header != magic {
        return Err(DatasetError::WrongKind {
            file: file.to_owned(),
            found: Kind::of_magic(&header),
            expected: kind.describe(),
        });
    }
    append(file, &mut input, size - header.len(), &mut header)?;
    let truncated = |found: usize, expected: usize| DatasetError::Truncated {
        file: file.to_owned(),
        found: found as u64,
        expected: expected as u64,
    };
    if header.len() < size {
        return Err(truncated(header.len(), size));
    }

    let dimensions: Vec<u32> = header[magic.len()..]
        .chunks_exact(4)
        .map(|word| word.iter().fold(0, |value, &byte| value << 8 | u32::from(byte)))
        .collect();
    if dimensions.contains(&0) {
        return Err(DatasetError::Empty {
            file: file.to_owned(),
            shape: format!("{dimensions:?}"),
        });
    }
    // Three words of 32 bits fit into 96.
    let declared = size as u128 + dimensions.iter().map(|&n| u128::from(n)).product::<u128>();
    let expected = match usize::try_from(declared) {
        Ok(expected) if declared <= u128::from(limit) => expected,
        _ => {
            return Err(DatasetError::Absurd { file: file.to_owned(), declared, limit });
        }
    };

    let mut data = Vec::new();
    append(file, &mut input, expected - size, &mut data)?;
    if data.len() < expected - size {
        return Err(truncated(size + data.len(), expected));
    }
    // Reading on also makes the decoder check gzip's own checksum.
    if input.read(&mut [0]).map_err(|error| failed(file, error))? > 0 {
        return Err(DatasetError::TrailingBytes {
            file: file.to_owned(),
            expected: expected as u64,
        });
    }
    let digest = Md5::new().chain_update(&header).chain_update(&data).finalize();
    Ok(Idx {
        dimensions: dimensions.into_iter().map(|n| n as usize).collect(),
        data,
        md5: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

/// Appends `count` bytes, fewer if the input ends before.
///
/// The vector grows with what is really there, so a false header costs nothing.
fn append(
    file: &str,
    input: &mut impl Read,
    count: usize,
    bytes: &mut Vec<u8>,
) -> Result<(), DatasetError> {
    match input.take(count as u64).read_to_end(bytes) {
        // A packed file that was cut off: the caller sees what is missing.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
        Err(error) => Err(failed(file, error)),
        Ok(_) => Ok(()),
    }
}

fn failed(file: &str, error: io::Error) -> DatasetError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let file = file.to_owned();
    match error.kind() {
        // flate2's ways to say that the stream is no good.
        InvalidData | InvalidInput | UnexpectedEof => {
            DatasetError::Damaged { file, reason: error.to_string() }
        }
        _ => DatasetError::Read { file, reason: error },
    }
}

fn spaced(bytes: &[u8]) -> String {
    let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.join(" ")
}

#[cfg(test)]
#[path = "idx_tests.rs"]
mod tests;

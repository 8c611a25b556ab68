use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How many bytes are left of some by `gzip` at its usual level.
pub(super) fn gzipped(bytes: &[u8]) -> usize {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    let packed = packer.write_all(bytes).and_then(|()| packer.finish());
    packed.expect("memory takes all that is written").len()
}

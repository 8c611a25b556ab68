//! Names that follow from content.

use sha2::{Digest, Sha256};

/// The first bytes of the SHA-256 of these, in hexadecimal digits, two for each.
///
/// # Panics
/// When more than 32 are asked for.
pub(crate) fn digest(content: impl AsRef<[u8]>, bytes: usize) -> String {
    Sha256::digest(content)[..bytes].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_standards_example() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(digest("abc", 4), "ba7816bf");
        assert!(digest("abc", 32).ends_with("f20015ad"));
    }
}

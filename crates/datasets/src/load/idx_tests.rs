//! Tests of the IDX decoder.

use super::*;
use crate::testing::{gz, idx_images, idx_labels};

fn decode_bytes(kind: Kind, bytes: &[u8]) -> Result<Idx, DatasetError> {
    decode("file", kind, bytes, bytes.len() as u64)
}

fn message(kind: Kind, bytes: &[u8]) -> String {
    let message = match decode_bytes(kind, bytes) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    };
    assert!(message.starts_with("file ") && !message.contains('\n'), "{message}");
    message
}

#[test]
fn raw_and_packed_are_the_same() {
    let bytes = idx_images(2, 5);
    for bytes in [bytes.clone(), gz(&bytes)] {
        let idx = decode_bytes(Kind::Images, &bytes).unwrap();
        assert_eq!(idx.dimensions, [2, 4, 3]);
        assert_eq!(idx.data, (5..29).collect::<Vec<u8>>());
    }
    let labels = decode_bytes(Kind::Labels, &idx_labels(12)).unwrap();
    assert_eq!(labels.data, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
}

#[test]
fn the_checksum_is_that_of_the_content() {
    // `printf '\0\0\x08\x01\0\0\0\x02\0\x01' | md5sum`
    let expected = "2210151d4a7b9cf10578f539021869ac";
    let bytes = idx_labels(2);
    for bytes in [bytes.clone(), gz(&bytes)] {
        assert_eq!(decode_bytes(Kind::Labels, &bytes).unwrap().md5, expected);
    }
}

#[test]
fn truncation_tells_found_and_expected() {
    let bytes = idx_images(2, 0);
    for cut in [0, 3, 4, 15, 16, 39] {
        let text = message(Kind::Images, &bytes[..cut]);
        let expected = if cut < 16 { 16 } else { 40 };
        let told = format!("found {cut} bytes, expected {expected}");
        assert!(text.contains("truncated") && text.contains(&told), "{cut}: {text}");
    }
}

#[test]
fn truncation_of_packed_files_is_found_wherever_it_is() {
    let bytes = gz(&idx_images(2, 0));
    for cut in 2..bytes.len() {
        let text = message(Kind::Images, &bytes[..cut]);
        assert!(text.contains("truncated") || text.contains("damaged"), "{cut}: {text}");
    }
}

#[test]
fn a_flipped_bit_in_a_packed_file_is_found() {
    let mut bytes = gz(&idx_images(20, 0));
    let crc = bytes.len() - 8;
    bytes[crc] ^= 1;
    assert!(message(Kind::Images, &bytes).contains("damaged"));
}

#[test]
fn trailing_bytes_are_an_error() {
    let mut bytes = idx_labels(3);
    bytes.push(0);
    for bytes in [bytes.clone(), gz(&bytes)] {
        assert!(message(Kind::Labels, &bytes).contains("after its end at 11 bytes"));
    }
}

#[test]
fn the_wrong_kind_names_both() {
    let text = message(Kind::Images, &idx_labels(3));
    assert!(text.contains("holds labels, expected images: were two files swapped?"), "{text}");
    let text = message(Kind::Labels, &gz(&idx_images(3, 0)));
    assert!(text.contains("holds images, expected labels"), "{text}");
    let text = message(Kind::Images, &[0, 0, 0x0d, 2, 0, 0, 0, 0]);
    assert!(text.contains("magic number 00 00 0d 02"), "{text}");
}

#[test]
fn other_files_show_how_they_start() {
    let text = message(Kind::Images, b"<!DOCTYPE html>\n<html>");
    assert!(text.contains("`<!DOCTYPE html>\\n`"), "{text}");
}

#[test]
fn no_images_are_an_error() {
    assert!(message(Kind::Images, &idx_images(0, 0)).contains("[0, 4, 3]"));
    assert!(message(Kind::Labels, &idx_labels(0)).contains("holds no images"));
}

#[test]
fn false_headers_allocate_nothing() {
    let mut bytes = vec![0, 0, 8, 3];
    bytes.extend([0xff; 12]);
    assert!(message(Kind::Images, &bytes).contains("announces"));
    assert!(message(Kind::Images, &gz(&bytes)).contains("announces"));

    // Within the absolute limit, but more than a packed file of this length can hold.
    let mut bytes = vec![0, 0, 8, 1];
    bytes.extend(1_000_000_u32.to_be_bytes());
    assert!(message(Kind::Labels, &gz(&bytes)).contains("announces 1000008 bytes"));
    assert!(message(Kind::Labels, &bytes).contains("found 8 bytes, expected 1000008"));
}

#[test]
fn decompression_stops_where_the_header_says() {
    let mut bytes = idx_labels(1_000);
    bytes.resize(50 << 20, 0);
    assert!(message(Kind::Labels, &gz(&bytes)).contains("after its end at 1008 bytes"));
}

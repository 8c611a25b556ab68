//! Small data sets and a small server for tests.

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    thread,
};

use flate2::{Compression, write::GzEncoder};
use md5::{Digest, Md5};

use crate::{catalogue::Published, load::Part};

/// An IDX file of images, 4x3, whose pixels count up from `first`.
pub(crate) fn idx_images(count: u32, first: u8) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 3];
    [count, 4, 3].iter().for_each(|n| bytes.extend(n.to_be_bytes()));
    bytes.extend((0..count * 12).map(|i| (i as u8).wrapping_add(first)));
    bytes
}

/// An IDX file of labels 0 to 9, over and over.
pub(crate) fn idx_labels(count: u32) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 1];
    bytes.extend(count.to_be_bytes());
    bytes.extend((0..count).map(|i| (i % 10) as u8));
    bytes
}

/// The bytes, gzipped.
pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Twenty training and ten test images in four IDX files, in the order of [`Part::ALL`].
pub(crate) fn parts() -> [Vec<u8>; 4] {
    [idx_images(20, 0), idx_labels(20), idx_images(10, 100), idx_labels(10)]
}

/// What a publisher of `parts` would say.
pub(crate) fn published(parts: &[Vec<u8>; 4]) -> Published {
    let md5 = |bytes: &Vec<u8>| -> &'static str {
        let hex: String = Md5::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        hex.leak()
    };
    Published { url: "http://127.0.0.1:1/", md5: parts.each_ref().map(md5) }
}

/// Writes the four files into `folder`, raw.
pub(crate) fn write(folder: &Path, parts: &[Vec<u8>; 4]) {
    for (part, bytes) in Part::ALL.into_iter().zip(parts) {
        std::fs::write(folder.join(part.file_name()), bytes).unwrap();
    }
}

/// The four files as a server has them, gzipped under their published names.
pub(crate) fn packed(parts: &[Vec<u8>; 4]) -> HashMap<String, Vec<u8>> {
    let name = |part: Part| format!("/data/{}.gz", part.file_name());
    Part::ALL.into_iter().map(name).zip(parts.iter().map(|bytes| gz(bytes))).collect()
}

/// Serves `files` by path on this machine, as long as the test runs; returns the base address.
pub(crate) fn serve(files: HashMap<String, Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 2048];
            // A probe connects and says nothing.
            let Ok(length @ 1..) = stream.read(&mut request) else {
                continue;
            };
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let missing = b"<html>404 Not Found</html>".to_vec();
            let (status, body) = match files.get(path) {
                Some(body) => ("200 OK", body),
                None => ("404 Not Found", &missing),
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body);
        }
    });
    format!("http://{address}/data")
}

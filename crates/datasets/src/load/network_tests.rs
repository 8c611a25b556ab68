//! Tests of downloads, on this machine only.

use std::{collections::HashMap, net::TcpListener, time::Instant};

use super::*;
use crate::testing::serve;

const SHORT: Limits =
    Limits { connect: Duration::from_millis(800), transfer: Duration::from_millis(800) };

fn message<T>(result: Result<T, DatasetError>) -> String {
    let message = result.err().expect("an error").to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

#[test]
fn a_file_arrives_with_its_address() {
    let base = serve(HashMap::from([("/data/a.gz".to_owned(), b"content".to_vec())]));
    for address in [base.clone(), format!("{base}/")] {
        let network = Network::reach(&address, Limits::default()).unwrap();
        let (url, bytes) = network.get("a.gz").unwrap();
        assert_eq!((url, bytes), (format!("{base}/a.gz"), b"content".to_vec()));
    }
}

#[test]
fn only_web_addresses_are_taken() {
    for address in ["", "mirror", "ftp://mirror/mnist", "file:///mnist", "http://"] {
        let text = message(Network::reach(address, SHORT));
        assert!(text.contains("expected http:// or https://"), "{address}: {text}");
    }
}

#[test]
fn a_refused_connection_is_told_at_once() {
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let start = Instant::now();
    let text = message(Network::reach(&format!("http://{address}"), Limits::default()));
    assert!(text.contains("cannot download") && text.contains(&address.to_string()), "{text}");
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn an_unroutable_address_and_an_unknown_host_are_given_up() {
    // Both are reserved for documentation and never answer.
    for address in ["http://192.0.2.1/mnist", "http://mirror.invalid/mnist"] {
        let start = Instant::now();
        message(Network::reach(address, SHORT));
        assert!(start.elapsed() < SHORT.connect + Duration::from_secs(1), "{address}");
    }
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let network = Network::reach(&address, SHORT).unwrap();
    let text = message(network.get("a.gz"));
    assert!(text.contains("not finished within 800ms"), "{text}");
}

#[test]
fn a_panic_of_the_downloader_becomes_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let network = Network::reach(&address, SHORT).unwrap();
    drop(listener);
    let text = message(network.get("a.gz"));
    assert!(text.contains("cannot download") && !text.contains("unwrap"), "{text}");
}

#[test]
fn panics_are_put_in_words() {
    let none = "called `Option::unwrap()` on a `None` value";
    assert!(explain(&none).contains("length of the file"));
    let error = "called `Result::unwrap()` on an `Err` value: Connect(\"refused\")\nmore";
    assert_eq!(explain(&error.to_owned()), "Connect(\"refused\")");
    assert_eq!(explain(&1), "unknown error");
}

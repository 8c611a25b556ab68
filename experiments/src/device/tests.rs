use super::*;

fn problem(backend: &str, index: Option<usize>) -> String {
    Choice { backend: backend.to_owned(), index }.open().unwrap_err().to_string()
}

#[test]
fn a_backend_that_is_not_there_says_how_to_get_it() {
    assert!(Choice::named("flex").open().is_ok());
    let message = problem("flux", None);
    assert!(message.contains("flex, ndarray, wgpu, cuda, auto"), "{message}");
    if !cfg!(feature = "cuda") {
        let message = problem("cuda", None);
        assert!(message.contains("cargo run -p experiments --features cuda"), "{message}");
    }
}

#[test]
fn a_device_that_is_not_there_is_named() {
    let message = problem("flex", Some(1));
    assert_eq!(message, "backend \"flex\": no device 1; there is only device 0");
    // What was asked for is not replaced by another device.
    let message = problem("auto", Some(999));
    assert!(message.contains("flex: no device 999 among 1"), "{message}");
}

#[test]
fn the_best_one_tells_why_it_was_chosen() {
    let opened = Choice::named(AUTO).open().unwrap();
    if !cfg!(any(feature = "wgpu-lean", feature = "cuda")) {
        assert_eq!(opened.backend.name, "flex");
        let told = opened.describe();
        assert!(
            told.contains("flex, chosen since cuda: not compiled in (cargo feature cuda); wgpu:"),
            "{told}"
        );
    }
    assert_eq!(Choice::named("flex").open().unwrap().describe(), "flex");
}

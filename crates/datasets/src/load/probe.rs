//! Is there anybody at all? Asked before a download, which would wait for minutes.

use std::{
    env, io,
    net::TcpStream,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use url::Url;

/// Connects to the host of `url`, or to the proxy that the environment names, and hangs up again.
///
/// Takes `limit` at most, resolving of names included. The error is for people.
pub(super) fn probe(url: &Url, limit: Duration) -> Result<(), String> {
    let hosts = [Some(url.clone()), proxy(url.scheme(), |name| env::var(name).ok())];
    let deadline = Instant::now() + limit;
    let (sender, receiver) = mpsc::channel();
    for host in hosts.into_iter().flatten() {
        let sender = sender.clone();
        // The system's resolver knows no limit, so it waits in a thread that nobody waits for.
        let connect = move || sender.send(connect(&host, deadline));
        thread::Builder::new()
            .name("dataset-probe".to_owned())
            .spawn(connect)
            .map_err(|error| error.to_string())?;
    }
    // With the last thread's sender the channel ends.
    drop(sender);
    let mut failure = None;
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Ok(())) => return Ok(()),
            // The host itself is told of rather than the proxy.
            Ok(Err(error)) => failure = failure.or(Some(error.to_string())),
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("no connection within {limit:?}"));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(failure.unwrap_or_else(|| "no connection".to_owned()));
            }
        }
    }
}

fn connect(url: &Url, deadline: Instant) -> io::Result<()> {
    let mut result = Err(io::ErrorKind::AddrNotAvailable.into());
    for address in url.socket_addrs(|| None)? {
        let left = deadline.saturating_duration_since(Instant::now());
        // A limit of zero is an error to the system, and one that would hide the reason.
        result = TcpStream::connect_timeout(&address, left.max(Duration::from_millis(1)));
        if result.is_ok() {
            break;
        }
    }
    result.map(drop)
}

/// The proxy for a scheme, in the variables that the downloader honours too.
fn proxy(scheme: &str, variable: impl Fn(&str) -> Option<String>) -> Option<Url> {
    let names = [format!("{scheme}_proxy"), "all_proxy".to_owned()];
    let value = |name: &String| variable(name).or_else(|| variable(&name.to_uppercase()));
    let address = names.iter().find_map(value)?;
    let complete = if address.contains("://") { address } else { format!("http://{address}") };
    Url::parse(&complete).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_found_as_the_downloader_finds_them() {
        // (scheme, variable that is set, its value, expected)
        let cases = [
            ("https", "https_proxy", "http://proxy:3128", Some("http://proxy:3128/")),
            ("https", "HTTPS_PROXY", "proxy:3128", Some("http://proxy:3128/")),
            ("http", "ALL_PROXY", "http://proxy", Some("http://proxy/")),
            ("http", "https_proxy", "http://proxy", None),
        ];
        for (scheme, set, value, expected) in cases {
            let variable = |name: &str| (name == set).then(|| value.to_owned());
            let found = proxy(scheme, variable).map(String::from);
            assert_eq!(found.as_deref(), expected, "{set}");
        }
    }
}

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

use tiny_http::{Header, Response, Server};

use super::status::{Status, status};
use crate::error::Error;

/// What Prometheus calls the form of the answer: its text format.
const FORM: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers questions for the state of a results folder at `http://<address>/metrics`, in a thread of its own,
/// for as long as the process lives.
///
/// # Errors
/// When nobody can be listened to at the address.
pub(crate) fn serve(address: SocketAddr, folder: &Path) -> Result<(), Error> {
    let failed = |problem: &dyn std::fmt::Display| {
        Error::Usage(format!(
            "--metrics-addr {address}: {problem}; choose another port, or 0 for any"
        ))
    };
    let server = Server::http(address).map_err(|error| failed(&error))?;
    tracing::info!("metrics at http://{}/metrics", server.server_addr());
    let folder = folder.to_owned();
    let thread = std::thread::Builder::new().name("metrics".to_owned());
    thread.spawn(move || answer(&server, &folder)).map(|_| ()).map_err(|error| failed(&error))
}

fn answer(server: &Server, folder: &Path) {
    for request in server.incoming_requests() {
        let (code, text) = match request.url() {
            "/metrics" => match status(folder) {
                Ok(status) => (200, text(&status)),
                Err(error) => (503, error.to_string()),
            },
            _ => (404, "ask for /metrics\n".to_owned()),
        };
        let form = if code == 200 { FORM } else { "text/plain; charset=utf-8" };
        let header = Header::from_bytes("Content-Type", form).expect("a header of plain letters");
        // Whoever has asked may have gone.
        let _ =
            request.respond(Response::from_string(text).with_status_code(code).with_header(header));
    }
}

fn text(status: &Status) -> String {
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, values: &[(&str, f64)]| {
        let _ = writeln!(text, "# HELP experiments_{name} {help}\n# TYPE experiments_{name} gauge");
        for (labels, value) in values {
            let _ = writeln!(text, "experiments_{name}{labels} {value}");
        }
    };
    let (finished, running) = (status.finished(), status.running());
    let waiting = status.planned().saturating_sub(finished + running);
    gauge(
        "runs",
        "Runs of the plan, by what has become of them.",
        &[
            ("{state=\"finished\"}", finished as f64),
            ("{state=\"running\"}", running as f64),
            ("{state=\"waiting\"}", waiting as f64),
        ],
    );
    gauge(
        "runs_without_result",
        "Finished runs with densities that have no result.",
        &[("", status.without_result() as f64)],
    );
    gauge(
        "processes",
        "Processes that work or have failed.",
        &[
            ("{state=\"working\"}", status.working() as f64),
            ("{state=\"failed\"}", status.failed() as f64),
        ],
    );
    if let Some(seconds) = status.seconds_left() {
        let help =
            "Time that the runs that are left take on one core, by those that have finished.";
        gauge("left_seconds", help, &[("", seconds)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn it_answers() {
        let folder = tempfile::tempdir().unwrap();
        let plan = "run,method,scope,options,schedule,retraining,seed,repeat,needs,trainings,iterations\n\
                    a,dense,,,,train,1,1,,1,10\nb,sipp,global,,one-shot,none,1,1,a,2,0\n";
        std::fs::write(folder.path().join("plan.csv"), plan).unwrap();
        let server = Server::http("127.0.0.1:0").unwrap();
        let address = server.server_addr().to_ip().unwrap();
        let path = folder.path().to_owned();
        std::thread::spawn(move || answer(&server, &path));
        let ask = |url: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET {url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let answer = ask("/metrics");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(FORM), "{answer}");
        for line in [
            "experiments_runs{state=\"finished\"} 0",
            "experiments_runs{state=\"waiting\"} 2",
            "experiments_processes{state=\"failed\"} 0",
            "# TYPE experiments_runs gauge",
        ] {
            assert!(answer.lines().any(|found| found == line), "{line}: {answer}");
        }
        assert!(!answer.contains("left_seconds"), "nothing was measured yet");
        assert!(ask("/").starts_with("HTTP/1.1 404"));
        let taken = serve(address, folder.path()).unwrap_err().to_string();
        assert!(taken.contains("choose another port"), "{taken}");
    }
}

use std::fmt::Write;
use std::net::SocketAddr;

use tiny_http::{Header, Response, Server};

use super::status::Status;
use crate::error::Error;

/// What Prometheus calls the form of the answer: its text format.
const FORM: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How far it has come, in numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gauges {
    /// Runs that are finished, with a result or without.
    pub(crate) finished: usize,
    /// Runs under way.
    pub(crate) running: usize,
    /// The others.
    pub(crate) waiting: usize,
    /// Finished runs with densities that have no result.
    pub(crate) without_result: usize,
    /// Processes at work.
    pub(crate) working: usize,
    /// Processes that could not go on.
    pub(crate) failed: usize,
    /// Seconds of work left on one core, where that is known.
    pub(crate) seconds_left: Option<f64>,
    /// Points of a sweep that are finished, begun and not begun.
    pub(crate) points: Option<[usize; 3]>,
}

impl Gauges {
    /// Of one results folder.
    pub(crate) fn of(status: &Status) -> Self {
        let (finished, running) = (status.finished(), status.running());
        Self {
            finished,
            running,
            waiting: status.planned().saturating_sub(finished + running),
            without_result: status.without_result(),
            working: status.working(),
            failed: status.failed(),
            seconds_left: status.seconds_left(),
            points: None,
        }
    }

    /// Counts those of one more folder; what is left is not counted.
    pub(crate) fn add(&mut self, more: &Self) {
        self.finished += more.finished;
        self.running += more.running;
        self.waiting += more.waiting;
        self.without_result += more.without_result;
        self.working += more.working;
        self.failed += more.failed;
    }
}

/// Answers questions for the state of a results folder at `http://<address>/metrics`, in a thread of its own,
/// for as long as the process lives.
///
/// # Errors
/// When nobody can be listened to at the address.
pub(crate) fn serve(
    address: SocketAddr,
    ask: impl Fn() -> Result<Gauges, Error> + Send + 'static,
) -> Result<(), Error> {
    let failed = |problem: &dyn std::fmt::Display| {
        Error::Usage(format!(
            "--metrics-addr {address}: {problem}; choose another port, or 0 for any"
        ))
    };
    let server = Server::http(address).map_err(|error| failed(&error))?;
    tracing::info!("metrics at http://{}/metrics", server.server_addr());
    let thread = std::thread::Builder::new().name("metrics".to_owned());
    thread.spawn(move || answer(&server, ask)).map(|_| ()).map_err(|error| failed(&error))
}

fn answer(server: &Server, ask: impl Fn() -> Result<Gauges, Error>) {
    for request in server.incoming_requests() {
        let (code, text) = match request.url() {
            "/metrics" => match ask() {
                Ok(gauges) => (200, text(&gauges)),
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

fn text(gauges: &Gauges) -> String {
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, values: &[(&str, f64)]| {
        let _ = writeln!(text, "# HELP experiments_{name} {help}\n# TYPE experiments_{name} gauge");
        for (labels, value) in values {
            let _ = writeln!(text, "experiments_{name}{labels} {value}");
        }
    };
    let &Gauges { finished, running, waiting, .. } = gauges;
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
        &[("", gauges.without_result as f64)],
    );
    gauge(
        "processes",
        "Processes that work or have failed.",
        &[
            ("{state=\"working\"}", gauges.working as f64),
            ("{state=\"failed\"}", gauges.failed as f64),
        ],
    );
    if let Some([finished, begun, waiting]) = gauges.points {
        gauge(
            "points",
            "Points of the sweep, by what has become of them.",
            &[
                ("{state=\"finished\"}", finished as f64),
                ("{state=\"begun\"}", begun as f64),
                ("{state=\"waiting\"}", waiting as f64),
            ],
        );
    }
    if let Some(seconds) = gauges.seconds_left {
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

    use super::super::status::status;
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
        std::thread::spawn(move || {
            answer(&server, || status(&path).map(|status| Gauges::of(&status)))
        });
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
        let taken = serve(address, || Ok(Gauges::default())).unwrap_err().to_string();
        assert!(taken.contains("choose another port"), "{taken}");
    }
}

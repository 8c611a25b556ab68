use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::INTERRUPTED;

/// Ctrl-C asks the runs to end, and so does SIGTERM, by which schedulers do; a second one ends the process at once.
pub(super) fn when_asked() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    let handler = move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(INTERRUPTED));
        }
        tracing::warn!("stopping; finished runs are kept (press Ctrl-C again to stop at once)");
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        tracing::warn!("Ctrl-C will end the program at once: {error}");
    }
    if let Err(error) = on_termination(&stop) {
        tracing::warn!("SIGTERM will end the program at once: {error}");
    }
    stop
}

/// Not left to the system: it ends no first process of a container by a SIGTERM that this does not ask for. ctrlc would
/// take SIGHUP with it, and `nohup` could not keep that away any more.
#[cfg(unix)]
fn on_termination(stop: &Arc<AtomicBool>) -> std::io::Result<()> {
    use signal_hook::{consts::SIGTERM, flag};
    // In this order, so that the first signal is no second one.
    flag::register_conditional_shutdown(SIGTERM, i32::from(INTERRUPTED), stop.clone())?;
    flag::register(SIGTERM, stop.clone()).map(|_| ())
}

#[cfg(not(unix))]
fn on_termination(_: &Arc<AtomicBool>) -> std::io::Result<()> {
    Ok(())
}

//! What burn's GPU runtimes do where they cannot go on: they panic, on a thread of their own or on ours.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

/// What `action` gives, or the message it panics with. While it runs, panics are not printed.
pub(super) fn guarded<T>(action: impl FnOnce() -> T) -> Result<T, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(action));
    panic::set_hook(hook);
    outcome.map_err(|panic| message(&*panic))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(guarded(|| 3), Ok(3));
        let number = 7;
        assert_eq!(
            guarded(|| panic!("no driver {number}")),
            Err::<(), _>("no driver 7".to_owned())
        );
        assert_eq!(guarded(|| panic!("none")), Err::<(), _>("none".to_owned()));
    }
}

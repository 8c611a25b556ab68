use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long others have not been heard of.
///
/// What is looked at is whether what they say changes, never the time that they or the file system put on it:
/// clocks of two machines need not agree, and may be set while this goes on. Of the time between two
/// looks no more than `step` counts, so that a process that slept itself, with its machine or alone, does not
/// hold that against the others.
#[derive(Debug)]
pub(super) struct Watch {
    /// Silence after which nothing more is expected.
    lease: Duration,
    /// What counts at most of the time between two looks.
    step: Duration,
    seen: HashMap<String, Seen>,
}

#[derive(Debug)]
struct Seen {
    said: String,
    silent: Duration,
    looked: Instant,
}

impl Watch {
    pub(super) fn new(lease: Duration, step: Duration) -> Self {
        Self { lease, step, seen: HashMap::new() }
    }

    /// Whether somebody who says `said` now has not said anything else for the whole lease.
    pub(super) fn is_silent(&mut self, who: &str, said: &str, now: Instant) -> bool {
        match self.seen.get_mut(who) {
            Some(seen) if seen.said == said => {
                seen.silent += now.saturating_duration_since(seen.looked).min(self.step);
                seen.looked = now;
                seen.silent >= self.lease
            }
            _ => {
                let seen = Seen { said: said.to_owned(), silent: Duration::ZERO, looked: now };
                self.seen.insert(who.to_owned(), seen);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_silence_that_was_watched_counts() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut watch = Watch::new(Duration::from_secs(10), Duration::from_secs(2));
        assert!(!watch.is_silent("a", "1", at(0)));
        // An hour asleep is one step.
        assert!(!watch.is_silent("a", "1", at(3600)));
        assert!((3601..3608).all(|second| !watch.is_silent("a", "1", at(second))));
        assert!(watch.is_silent("a", "1", at(3608)));
        // Somebody who speaks again starts anew, also when a count comes back that was seen before.
        assert!(!watch.is_silent("a", "2", at(3609)));
        assert!(!watch.is_silent("a", "1", at(3610)));
        // A clock that stands still or runs backwards adds nothing.
        assert!(!watch.is_silent("a", "1", at(100)));
        // Others are counted for themselves.
        assert!(!watch.is_silent("b", "1", at(9999)));
    }
}

use std::fs;

use serde::{Deserialize, Serialize};

/// Which process of which machine, as Linux tells it; empty elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Process {
    /// Name of the machine.
    pub(super) host: String,
    /// Which start of which system it runs under.
    boot: String,
    /// Where its number counts: containers have their own.
    namespace: String,
    /// Its number.
    pub(super) pid: u32,
    /// When it was started, in ticks of that system: numbers are used again.
    started: String,
}

impl Process {
    /// This one.
    pub(super) fn this() -> Self {
        let line = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let pid = std::process::id();
        let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
        Self {
            host: line("/proc/sys/kernel/hostname"),
            boot: line("/proc/sys/kernel/random/boot_id"),
            namespace: namespace.display().to_string(),
            pid,
            started: running(pid).unwrap_or_default(),
        }
    }

    /// Whether it is known to run no more: it was started under the system that this process runs under,
    /// which does not have it now. Of others nothing is known.
    pub(super) fn has_died(&self) -> bool {
        let here = Self::this();
        let comparable = !self.boot.is_empty() && !self.started.is_empty();
        comparable
            && (&self.boot, &self.namespace) == (&here.boot, &here.namespace)
            && running(self.pid).as_ref() != Some(&self.started)
    }
}

/// When the process of this number was started, if it runs.
fn running(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name, which may hold anything, in brackets.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let (state, started) = (fields.first()?, fields.get(19)?);
    // Z: ended, and its parent has not asked how.
    (!["Z", "X"].contains(state)).then(|| (*started).to_owned())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_living_the_dead_and_the_others() {
        let this = Process::this();
        assert!(!this.has_died());
        // The number was given to another process since.
        assert!(Process { started: "1".to_owned(), ..this.clone() }.has_died());
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let started = running(child.id()).unwrap();
        let other = Process { pid: child.id(), started, ..this };
        assert!(!other.has_died());
        child.kill().unwrap();
        // Not waited for yet, it is there as a zombie; afterwards not at all.
        while !other.has_died() {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(other.has_died());
        assert!(!Process { boot: "elsewhere".to_owned(), ..other.clone() }.has_died());
        assert!(!Process { namespace: "pid:[1]".to_owned(), ..other.clone() }.has_died());
        assert!(!Process { boot: String::new(), ..other }.has_died());
    }
}

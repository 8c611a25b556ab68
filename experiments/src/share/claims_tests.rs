use std::sync::Barrier;

use super::*;
use crate::share::{Heart, State as Life};

const LONG: Duration = Duration::from_secs(3600);

fn join(root: &Path, name: &str, lease: Duration) -> (Claims, Worker) {
    let worker = Worker::join(root, Some(name)).unwrap();
    (Claims::new(root, &worker, lease), worker)
}

fn heart(worker: &Worker) -> Heart {
    Heart::start(&worker.folder, &worker.name, 1, LONG).unwrap()
}

#[test]
fn a_run_is_done_by_one_and_its_result_is_everybody_s() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let ((a, at_a), (b, at_b)) = (join(root, "w", LONG), join(root, "w", LONG));
    assert_eq!((at_a.name.as_str(), at_b.name.as_str()), ("w", "w-2"));
    let _hearts = (heart(&at_a), heart(&at_b));
    assert_eq!(a.take("x").unwrap(), Taken::Mine);
    // With and without having seen it.
    assert_eq!(b.take("x").unwrap(), Taken::Busy);
    assert!(b.look().unwrap().is_empty());
    assert_eq!(b.take("x").unwrap(), Taken::Busy);
    assert_eq!(a.still_mine("x"), Ok(()));
    assert!(a.finish("x", "ok").unwrap());
    let finished = b.look().unwrap();
    let expected = Finished { run: "x".into(), status: "ok".into(), home: at_a.folder.clone() };
    assert_eq!(finished, [expected]);
    assert!(b.look().unwrap().is_empty());
    // Too late: the first result counts.
    assert!(!b.finish("x", "other").unwrap());
    assert_eq!(mark(root, "x").unwrap().status, "ok");
}

#[test]
fn who_has_gone_is_followed_by_exactly_one() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let (gone, at_gone) = join(root, "gone", LONG);
    let heart = heart(&at_gone);
    assert_eq!(gone.take("x").unwrap(), Taken::Mine);
    let others: Vec<(Claims, Worker)> = (0..6).map(|_| join(root, "other", LONG)).collect();
    for (claims, _) in &others {
        claims.look().unwrap();
        assert_eq!(claims.take("x").unwrap(), Taken::Busy);
        claims.look().unwrap();
    }
    heart.stop(Life::Ended);
    let barrier = Barrier::new(others.len());
    let take = |claims: &Claims| {
        barrier.wait();
        claims.take("x").unwrap()
    };
    let take = &take;
    let taken: Vec<Taken> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            others.iter().map(|(claims, _)| scope.spawn(move || take(claims))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(taken.iter().filter(|&&taken| taken == Taken::Mine).count(), 1, "{taken:?}");
    let heir = &others[taken.iter().position(|&taken| taken == Taken::Mine).unwrap()];
    assert_eq!(heir.0.earlier("x"), [at_gone.folder]);
    // If it was only asleep, it finds out.
    assert_eq!(gone.still_mine("x"), Err(heir.1.name.clone()));
}

#[test]
fn silence_ends_a_claim_and_a_finished_run_is_not_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    // As from another machine: that its process lives cannot be seen.
    let (silent, at_silent) = join(root, "silent", LONG);
    let text = "worker = \"silent\"\ncount = 1\n";
    fs::write(at_silent.folder.join(files::BEAT), text).unwrap();
    assert_eq!(silent.take("x").unwrap(), Taken::Mine);
    assert_eq!(silent.take("y").unwrap(), Taken::Mine);
    let (b, _at_b) = join(root, "b", Duration::from_millis(100));
    let mut taken = Taken::Busy;
    let started = Instant::now();
    while taken == Taken::Busy {
        b.look().unwrap();
        taken = b.take("x").unwrap();
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(taken, Taken::Mine);
    assert!(started.elapsed() >= Duration::from_millis(100));
    // It finishes one after all, between a look and a claim.
    silent.finish("y", "ok").unwrap();
    assert_eq!(b.take("y").unwrap(), Taken::Finished);
}

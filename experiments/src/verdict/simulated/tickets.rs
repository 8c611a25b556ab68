use chacha20::ChaCha8Rng;

use super::{NOMINAL, normal, row, share};
use crate::verdict::ticket::{self, Ticket, Verdict};

const MARGIN: f64 = 0.5;

/// An experiment in which rewound networks are in truth so many points ahead of the dense network, reinit
/// and the shuffled mask. Seeds have something in common, since the comparison is in pairs.
fn experiment(rng: &mut ChaCha8Rng, seeds: u64, [dense, reinit, shuffled]: [f64; 3]) -> Ticket {
    let mut rows = Vec::new();
    for seed in 1..=seeds {
        let common = normal(rng, 97.0, 0.5);
        let mut add = |method: &str, retraining: &str, density: f64, behind: f64| {
            let points = common - behind + normal(rng, 0.0, 0.15);
            rows.push(row(method, retraining, seed, density, points / 100.0));
        };
        add("dense", "train", 1.0, dense);
        add("magnitude", "rewind", 0.1, 0.0);
        add("magnitude", "reinit", 0.1, reinit);
        add("magnitude", "random-mask", 0.1, shuffled);
    }
    ticket::all(&rows, MARGIN).remove(0)
}

/// How often this is the verdict.
fn verdicts(seeds: u64, truth: [f64; 3], verdict: Verdict) -> f64 {
    share(|rng| experiment(rng, seeds, truth).verdict == verdict)
}

#[test]
fn a_real_effect_is_found() {
    assert!(verdicts(5, [0.2, 0.7, 2.0], Verdict::Winning) > 0.95);
    assert!(verdicts(5, [0.0, 0.7, 0.0], Verdict::OnlyRatios) > 0.85);
    assert!(verdicts(5, [0.0, 0.0, 2.0], Verdict::InitialValues) > 0.85);
    assert!(verdicts(5, [-1.5, 0.7, 2.0], Verdict::NoTicket) > 0.95);
}

#[test]
fn a_winning_ticket_is_no_more_often_claimed_wrongly_than_it_may_be() {
    // One of the three conditions is just not met, the others are by far.
    for truth in [[-MARGIN, 2.0, 2.0], [1.0, 0.0, 2.0], [1.0, 2.0, 0.0]] {
        let wrong = verdicts(5, truth, Verdict::Winning);
        assert!(NOMINAL.contains(&wrong), "{truth:?}: {wrong}");
    }
    // No effect at all: all three would have to go wrong at once.
    assert!(verdicts(5, [0.0, 0.0, 0.0], Verdict::Winning) <= *NOMINAL.end());
}

#[test]
fn nothing_is_said_not_to_matter_more_often_wrongly_than_it_may_be() {
    // A difference of just the margin, and a dense network that keeps the ticket from winning.
    let ratios = verdicts(5, [-0.4, 2.0, MARGIN], Verdict::OnlyRatios);
    let values = verdicts(5, [-0.4, MARGIN, 2.0], Verdict::InitialValues);
    // Below it, since a control that is found to be behind is not said to match.
    assert!(ratios <= *NOMINAL.end() && values <= *NOMINAL.end(), "{ratios} {values}");
}

#[test]
fn a_ticket_is_no_more_often_refused_wrongly_than_it_may_be() {
    let wrong = verdicts(5, [-MARGIN, 2.0, 2.0], Verdict::NoTicket);
    assert!(NOMINAL.contains(&wrong), "{wrong}");
}

#[test]
fn too_few_seeds_are_told_and_as_many_as_asked_for_decide() {
    let truth = [0.0, 0.25, 2.0];
    assert!(verdicts(2, truth, Verdict::Undecided) > 0.6);
    assert!(verdicts(1, truth, Verdict::Undecided) == 1.0);
    let undecided = |rng: &mut ChaCha8Rng| {
        let ticket = experiment(rng, 3, truth);
        (ticket.verdict == Verdict::Undecided).then_some(ticket.more_seeds)
    };
    // Three seeds tell the deviation badly: what is asked for varies, and its median is what is needed.
    let all = (0..super::EXPERIMENTS).filter_map(|seed| undecided(&mut pruning::generator(seed)));
    let mut asked: Vec<u64> = all.map(|more| more.map_or(u64::MAX, |more| more as u64)).collect();
    asked.sort_unstable();
    let seeds = 3 + asked[asked.len() / 2];
    let decided = 1.0 - verdicts(seeds, truth, Verdict::Undecided);
    assert!((4..=12).contains(&seeds) && decided > 0.7, "{seeds} seeds: {decided}");
}

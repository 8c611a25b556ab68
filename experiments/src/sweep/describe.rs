use std::fmt::Write;
use std::time::Duration;

use super::{Point, Sweep};
use crate::cost::{self, Cost, words};
use crate::error::Error;

/// What some points cost.
#[derive(Default)]
struct Sum {
    runs: f64,
    iterations: f64,
    seconds: f64,
}

impl Sweep {
    /// The points, and what all of it costs on this machine, by a few measured steps of each.
    pub(crate) fn describe(&self, jobs: usize) -> Result<String, Error> {
        let mut text = String::new();
        let mut all = Sum::default();
        let mut per_step = Vec::new();
        for (rung, size) in self.sizes().into_iter().enumerate() {
            let mut here = Sum::default();
            for (index, point) in self.points.iter().enumerate() {
                let point = self.on(point, rung);
                let prepared = self.prepare(&point)?;
                let cost = match per_step.get(index) {
                    None => cost::measured(&prepared),
                    // Steps do not get longer with their number.
                    Some(step) => cost::by_step(&prepared, *step),
                };
                if rung == 0 {
                    per_step.push(cost.seconds / cost.iterations.max(1) as f64);
                }
                if self.rungs() == 1 {
                    line(&mut text, &point, prepared.runs.len(), cost, jobs);
                }
                here.runs += prepared.runs.len() as f64;
                here.iterations += cost.iterations as f64;
                here.seconds += cost.seconds;
            }
            // Nobody knows yet which points will be on the later rungs: they count as the mean of all.
            let share = size as f64 / self.points.len() as f64;
            if let Some(halving) = &self.halving {
                let time = words(Duration::from_secs_f64(here.seconds * share / jobs as f64));
                let (amount, runs) = (halving.rungs[rung].amount, here.runs * share);
                let _ = writeln!(
                    text,
                    "rung {}: {size} points with {} of {amount}, {runs:.0} runs, {time}",
                    rung + 1,
                    halving.resource
                );
            }
            all.runs += here.runs * share;
            all.iterations += here.iterations * share;
            all.seconds += here.seconds * share;
        }
        let hours = all.seconds / jobs as f64 / 3600.0;
        let Sum { runs, iterations, .. } = all;
        let _ = writeln!(
            text,
            "{} points, {runs:.0} runs, {iterations:.0} iterations; about {hours:.2} hours with {jobs} at a time, by \
             measured steps (evaluations come on top, dense networks that points share are counted for each)",
            self.points.len()
        );
        Ok(text)
    }
}

fn line(text: &mut String, point: &Point, runs: usize, cost: Cost, jobs: usize) {
    let time = words(Duration::from_secs_f64(cost.seconds / jobs as f64));
    let _ = writeln!(text, "{} {}: {runs} runs, {time}", point.name(), point.label());
}

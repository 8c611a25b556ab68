use super::{points, remark, table};
use crate::curve::percent;
use crate::verdict::ticket::{Ticket, Verdict};

pub(super) fn text(tickets: &[Ticket], margin: f64) -> Option<String> {
    let line = |ticket: &Ticket| {
        let [dense, reinit, shuffled] = ticket.differences.each_ref().map(points);
        vec![
            ticket.curve.schedule.clone(),
            ticket.curve.ticket_name(),
            ticket.verdict.as_str().to_owned(),
            percent(ticket.density),
            dense,
            reinit,
            shuffled,
            remark(ticket.verdict == Verdict::Undecided, ticket.more_seeds, &ticket.missing()),
        ]
    };
    let header = ["schedule", "method", "verdict", "density", "dense", "reinit", "random-mask", ""];
    let table = table(&header, 3..7, tickets.iter().map(line));
    (!tickets.is_empty()).then(|| {
        format!(
            "Is it a winning ticket? Points of test accuracy by which rewound survivors are ahead of the dense \
             network (margin {margin}), of\nfresh initial values and of a mask shuffled in each layer, with \
             Student's 95 % intervals, paired over seeds:\n{table}"
        )
    })
}

use pruning::{Channels, Mask, Measure};

use super::Violation;

/// The mask keeps as many weights as were asked for: exactly, or for methods that draw within half a
/// percent (one weight, where that is less).
pub(crate) fn budget_is_met(mask: &Mask, asked: usize, exact: bool) -> Result<(), Violation> {
    let tolerance = if exact { 0 } else { (asked / 200).max(1) };
    let kept = mask.kept();
    if kept.abs_diff(asked) <= tolerance {
        return Ok(());
    }
    let problem =
        format!("the mask keeps {kept} weights; asked for {asked}, give or take {tolerance}");
    Err(Violation::of_all("budget", problem))
}

/// The mask keeps all weights between channels that stay, and none of one that goes.
pub(crate) fn channels_are_whole(mask: &Mask, channels: &Channels) -> Result<(), Violation> {
    let whole = channels.whole(&channels.alive(mask));
    let layers = mask.layers().iter().zip(whole.layers());
    let Some((broken, whole)) = layers.into_iter().find(|(found, whole)| found != whole) else {
        return Ok(());
    };
    let problem = format!(
        "{} of the {} weights between channels that stay are kept",
        broken.kept(),
        whole.kept()
    );
    Err(Violation::of_layer("whole-channels", &broken.name, problem))
}

/// The mask of whole channels is as close to the budget as the largest channel lets it be: within half of
/// that, or for methods that draw within twice as much.
pub(crate) fn budget_is_closest(
    mask: &Mask,
    channels: &Channels,
    asked: usize,
    measure: Measure,
    exact: bool,
) -> Result<(), Violation> {
    let largest = channels.largest(measure);
    let tolerance = if exact { largest.div_ceil(2) } else { 2 * largest };
    let size = channels.size(&channels.alive(mask), measure);
    if size.abs_diff(asked) <= tolerance {
        return Ok(());
    }
    let problem = format!(
        "the channels that stay have {size} {measure}; asked for {asked}, give or take {tolerance}"
    );
    Err(Violation::of_all("budget", problem))
}

/// Every weight that stays had stayed before: what is pruned does not come back along a run.
pub(crate) fn nested(mask: &Mask, before: &Mask) -> Result<(), Violation> {
    for (layer, before) in mask.layers().iter().zip(before.layers()) {
        let pairs = layer.keep.iter().zip(&before.keep);
        let back = pairs.filter(|(now, before)| **now && !**before).count();
        if back > 0 {
            let problem = format!(
                "{back} of the {} weights that stay had been pruned before, when {} stayed",
                layer.kept(),
                before.kept()
            );
            return Err(Violation::of_layer("nested", &layer.name, problem));
        }
    }
    Ok(())
}

use pruning::Mask;

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

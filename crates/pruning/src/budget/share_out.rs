/// Shares `budget` in proportion to `demands`, no share above its room; what a full one cannot take
/// goes to the others in proportion. Shares are whole (largest remainder, ties in order) and their
/// sum is the budget, or all the room there is.
pub(crate) fn share_out(demands: &[f64], room: &[usize], budget: usize) -> Vec<usize> {
    let budget = budget.min(room.iter().sum());
    let shares = fill(demands, room, budget as f64);
    let mut whole: Vec<usize> =
        shares.iter().zip(room).map(|(share, &room)| (share.floor() as usize).min(room)).collect();
    let mut order: Vec<usize> = (0..whole.len()).collect();
    order.sort_by(|&a, &b| shares[b].fract().total_cmp(&shares[a].fract()));
    let mut left = budget.saturating_sub(whole.iter().sum());
    while left > 0 {
        for &index in &order {
            if left > 0 && whole[index] < room[index] {
                whole[index] += 1;
                left -= 1;
            }
        }
    }
    whole
}

/// The real shares: min(scale · demand, room), with the scale that spends the budget.
fn fill(demands: &[f64], room: &[usize], budget: f64) -> Vec<f64> {
    let mut shares = vec![0.0; demands.len()];
    let mut open: Vec<usize> = (0..demands.len()).filter(|&i| demands[i] > 0.0).collect();
    let mut left = budget;
    loop {
        let demand: f64 = open.iter().map(|&i| demands[i]).sum();
        let scale = if demand > 0.0 { left / demand } else { 0.0 };
        let is_full = |&i: &usize| scale * demands[i] >= room[i] as f64;
        let (full, rest): (Vec<usize>, Vec<usize>) = open.iter().copied().partition(is_full);
        if full.is_empty() {
            rest.iter().for_each(|&i| shares[i] = scale * demands[i]);
            return shares;
        }
        for i in full {
            shares[i] = room[i] as f64;
            left -= shares[i];
        }
        open = rest;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_cases_by_hand() {
        for (demands, room, budget, expected) in [
            (vec![4.0, 2.0], vec![4, 2], 3, vec![2, 1]),
            (vec![1.0, 1.0, 1.0], vec![9, 9, 9], 7, vec![3, 2, 2]),
            // The second is full; its surplus of 3 goes to the others, 2 : 1.
            (vec![2.0, 2.0, 1.0], vec![99, 1, 99], 10, vec![6, 1, 3]),
            // Nobody asks for it, but it has to go somewhere.
            (vec![0.0, 1.0], vec![5, 2], 4, vec![2, 2]),
            (vec![1.0, 1.0], vec![3, 3], 99, vec![3, 3]),
        ] {
            assert_eq!(share_out(&demands, &room, budget), expected, "{demands:?} {room:?}");
        }
    }

    proptest! {
        #[test]
        fn the_budget_is_spent_and_no_room_is_overrun(
            parts in prop::collection::vec((0.0_f64..10.0, 0_usize..50), 1..12),
            budget in 0_usize..400,
        ) {
            let (demands, room): (Vec<f64>, Vec<usize>) = parts.into_iter().unzip();
            let shares = share_out(&demands, &room, budget);
            prop_assert_eq!(shares.iter().sum::<usize>(), budget.min(room.iter().sum()));
            prop_assert!(shares.iter().zip(&room).all(|(share, room)| share <= room));
        }
    }
}

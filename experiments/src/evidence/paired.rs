use crate::statistics::mcnemar;

/// A network beside its parent on the same images.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    /// Share of the images for which the two predict different classes.
    pub churn: f64,
    /// Images that the parent has right and the network wrong.
    pub newly_wrong: usize,
    /// Images that the parent has wrong and the network right.
    pub newly_right: usize,
    /// McNemar's p: that both are wrong equally often.
    pub mcnemar_p: f64,
    /// The class that pays for it.
    pub worst_class: WorstClass,
}

/// The class whose accuracy fell the most against the parent; the first of equal ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorstClass {
    /// Its number.
    pub class: usize,
    /// Share of its images that the network has right.
    pub accuracy: f64,
    /// The parent's share minus the network's.
    pub drop: f64,
}

/// Of the images of one class.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    images: usize,
    parent_right: usize,
    right: usize,
}

impl Paired {
    /// Compares predicted classes, image by image; `None` for no images.
    pub fn of(labels: &[u16], parent: &[u16], network: &[u16]) -> Option<Self> {
        let mut classes = [Counts::default(); 256];
        let (mut differ, mut newly_wrong, mut newly_right) = (0, 0, 0);
        for ((&label, &before), &after) in labels.iter().zip(parent).zip(network) {
            let (was, is) = (before == label, after == label);
            differ += usize::from(before != after);
            newly_wrong += usize::from(was && !is);
            newly_right += usize::from(!was && is);
            let counts = &mut classes[usize::from(label)];
            counts.images += 1;
            counts.parent_right += usize::from(was);
            counts.right += usize::from(is);
        }
        Some(Self {
            churn: differ as f64 / labels.len() as f64,
            newly_wrong,
            newly_right,
            mcnemar_p: mcnemar(newly_wrong, newly_right),
            worst_class: worst(&classes)?,
        })
    }
}

fn worst(classes: &[Counts]) -> Option<WorstClass> {
    let present = classes.iter().enumerate().filter(|(_, counts)| counts.images > 0);
    let all = present.map(|(class, counts)| {
        let share = |right: usize| right as f64 / counts.images as f64;
        let accuracy = share(counts.right);
        WorstClass { class, accuracy, drop: share(counts.parent_right) - accuracy }
    });
    all.reduce(|worst, each| if each.drop > worst.drop { each } else { worst })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_images_by_hand() {
        let labels = [0, 0, 1, 1, 1, 2];
        let parent = [0, 0, 1, 1, 0, 0];
        // Newly wrong: the second and the fourth; newly right: the fifth; wrong in another way: the last.
        let network = [0, 2, 1, 2, 1, 1];
        let found = Paired::of(&labels, &parent, &network).unwrap();
        assert_eq!((found.newly_wrong, found.newly_right), (2, 1));
        assert_eq!(found.churn, 4.0 / 6.0);
        assert_eq!(found.mcnemar_p, 1.0);
        assert_eq!(found.worst_class, WorstClass { class: 0, accuracy: 0.5, drop: 0.5 });
    }

    #[test]
    fn the_parent_beside_itself_has_not_changed() {
        let found = Paired::of(&[3, 4, 4], &[3, 4, 3], &[3, 4, 3]).unwrap();
        assert_eq!((found.churn, found.newly_wrong, found.newly_right), (0.0, 0, 0));
        assert_eq!(found.mcnemar_p, 1.0);
        assert_eq!(found.worst_class, WorstClass { class: 3, accuracy: 1.0, drop: 0.0 });
        assert_eq!(Paired::of(&[], &[], &[]), None);
    }

    #[test]
    fn where_no_class_fell_the_one_that_gained_least_is_told() {
        let found = Paired::of(&[1, 1, 2], &[0, 1, 0], &[1, 1, 2]).unwrap();
        assert_eq!(found.worst_class, WorstClass { class: 1, accuracy: 1.0, drop: -0.5 });
    }
}

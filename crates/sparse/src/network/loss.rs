use crate::maps::Activations;

/// Mean cross-entropy of the logits in nats; its gradient becomes `gradient`.
///
/// Of an image whose class is c: log Σ exp(z) − z(c), and along z: softmax(z) − 1 at c.
pub(super) fn cross_entropy(
    logits: &Activations,
    labels: &[u16],
    gradient: &mut Activations,
) -> f32 {
    let (lanes, batch) = (logits.lanes(), logits.batch());
    let share = 1.0 / batch as f32;
    gradient.clear();
    let mut largest = vec![f32::NEG_INFINITY; lanes];
    for values in logits.values().chunks_exact(lanes) {
        largest.iter_mut().zip(values).for_each(|(largest, &value)| *largest = largest.max(value));
    }
    let mut total = vec![0.0; lanes];
    let classes = logits.values().chunks_exact(lanes);
    for (values, powers) in classes.zip(gradient.values_mut().chunks_exact_mut(lanes)) {
        for image in 0..batch {
            powers[image] = (values[image] - largest[image]).exp();
            total[image] += powers[image];
        }
    }
    for powers in gradient.values_mut().chunks_exact_mut(lanes) {
        let images = powers[..batch].iter_mut().zip(&total);
        images.for_each(|(power, total)| *power *= share / total);
    }
    let mut loss = 0.0;
    for (image, &label) in labels.iter().enumerate() {
        let place = usize::from(label) * lanes + image;
        loss += f64::from(total[image].ln() + largest[image] - logits.values()[place]);
        gradient.values_mut()[place] -= share;
    }
    (loss / batch as f64) as f32
}

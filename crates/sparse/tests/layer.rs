//! A layer's passes against its definition.

mod common;

use common::{Sum, assert_close, cases};
use proptest::prelude::*;
use sparse::Activations;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn forward_is_the_definition(
        case in cases(),
        (relu, has_bias) in any::<(bool, bool)>(),
        (filled, packed) in any::<(bool, bool)>(),
    ) {
        let (layer, weights) = case.with_weights(filled);
        let packed = packed && !filled;
        let images = case.numbers(1, case.batch * case.maps.values());
        let bias = has_bias.then(|| case.numbers(2, case.units));
        let room = if packed { Activations::packed } else { Activations::zeros };
        let (mut input, mut output) =
            (room(case.maps, case.batch), room(layer.output(), case.batch));
        input.read(images.chunks_exact(case.maps.values()));
        layer.forward(&weights, bias.as_deref(), relu, &input, &mut output);

        let positions = layer.output().height * layer.output().width;
        let unit = |place: usize| place / positions % case.units;
        let mut expected = vec![Sum::default(); case.batch * layer.output().values()];
        if let Some(bias) = &bias {
            expected.iter_mut().enumerate().for_each(|(y, sum)| sum.add(bias[unit(y)].into()));
        }
        case.products(layer.output(), |w, x, y| {
            expected[y].add(f64::from(case.dense[w]) * f64::from(images[x]));
        });
        if relu {
            expected.iter_mut().for_each(|sum| sum.value = sum.value.max(0.0));
        }
        assert_close(&output.to_images(), &expected)?;
        // What reads it next relies on its margin.
        let total: f64 = output.values().iter().map(|y| f64::from(y.abs())).sum();
        if case.batch == output.lanes() {
            let inside: f64 = output.to_images().iter().map(|y| f64::from(y.abs())).sum();
            prop_assert!((total - inside).abs() <= 1e-6 * inside);
        }
    }

    #[test]
    fn gradients_are_the_definition(case in cases(), filled in any::<bool>()) {
        let (layer, weights) = case.with_weights(filled);
        let images = case.numbers(1, case.batch * case.maps.values());
        let slopes = case.numbers(2, case.batch * layer.output().values());
        let output = case.activations(layer.output(), &slopes);

        let mut input = Activations::zeros(case.maps, case.batch);
        layer.input_gradient(&weights, &output, &mut input);
        let mut expected = vec![Sum::default(); images.len()];
        case.products(layer.output(), |w, x, y| {
            expected[x].add(f64::from(case.dense[w]) * f64::from(slopes[y]));
        });
        assert_close(&input.to_images(), &expected)?;

        // Gradients are added to what is there.
        let mut found = vec![1.0; weights.len()];
        layer.weight_gradient(&case.activations(case.maps, &images), &output, &mut found);
        let mut expected = vec![Sum::default(); case.dense.len()];
        expected.iter_mut().for_each(|sum| sum.add(1.0));
        case.products(layer.output(), |w, x, y| {
            expected[w].add(f64::from(images[x]) * f64::from(slopes[y]));
        });
        let (stored, others): (Vec<_>, Vec<_>) =
            case.stored.iter().zip(expected).enumerate().partition(|(_, (stored, _))| **stored);
        if filled {
            prop_assert!(others.iter().all(|&(place, _)| found[place] == 0.0));
            found = stored.iter().map(|&(place, _)| found[place]).collect();
        }
        assert_close(&found, &stored.iter().map(|&(_, (_, sum))| sum).collect::<Vec<_>>())?;

        let mut found = vec![0.0; case.units];
        layer.bias_gradient(&output, &mut found);
        let positions = layer.output().height * layer.output().width;
        let mut expected = vec![Sum::default(); case.units];
        slopes.iter().enumerate().for_each(|(y, &slope)| {
            expected[y / positions % case.units].add(slope.into());
        });
        assert_close(&found, &expected)?;
    }

    #[test]
    fn a_pattern_loses_nothing(case in cases()) {
        let layer = case.layer();
        let pattern = layer.pattern();
        prop_assert_eq!(pattern.stored(), case.stored.iter().filter(|stored| **stored).count());
        prop_assert_eq!(pattern.expand(&pattern.compress(&case.dense)), case.dense.clone());
    }
}

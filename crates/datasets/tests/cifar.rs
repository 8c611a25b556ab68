//! The real CIFAR-10, or a copy of its images, where the environment variable `CIFAR_DIR` names a folder
//! that has it in the binary format.

use datasets::{DatasetName, Normalisation, Source, load};

#[test]
fn cifar_10_is_read_whole_and_matches_its_constants() {
    let Some(path) = std::env::var_os("CIFAR_DIR") else {
        println!("skipped: set CIFAR_DIR to a folder with the binary files of CIFAR-10");
        return;
    };
    let source = Source { path: Some(path.into()), ..Source::new(DatasetName::Cifar10) };
    let dataset = load(&source).unwrap();
    assert_eq!((dataset.train.len(), dataset.test.len()), (50_000, 10_000));
    assert_eq!(dataset.train.shape().to_string(), "3x32x32");
    let mut counts = [0; 10];
    dataset.test.labels().iter().for_each(|&label| counts[usize::from(label)] += 1);
    assert_eq!(counts, [1_000; 10]);

    let own = Normalisation::of(&dataset.train);
    for (mean, known) in own.mean.iter().zip(&dataset.normalisation.mean) {
        assert!((mean - known).abs() < 2e-3, "{own:?}");
    }
    // The constants are means of the deviations within single images, which are smaller.
    for (std, known) in own.std.iter().zip(&dataset.normalisation.std) {
        assert!((0.75..0.9).contains(&(known / std)), "{own:?}");
    }
}

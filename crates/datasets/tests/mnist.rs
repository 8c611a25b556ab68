//! The real MNIST, where the environment variable `MNIST_DIR` names a folder that has it.

use datasets::{DatasetError, DatasetName, Source, Validation, load, stratified_split};

fn source(name: DatasetName) -> Option<Source> {
    let path = std::env::var_os("MNIST_DIR");
    if path.is_none() {
        println!("skipped: set MNIST_DIR to a folder with the four files of MNIST");
    }
    Some(Source { path: Some(path?.into()), ..Source::new(name) })
}

#[test]
fn mnist_is_read_whole_and_matches_its_constants() {
    let Some(source) = source(DatasetName::Mnist) else {
        return;
    };
    let dataset = load(&source).unwrap();
    assert_eq!((dataset.train.len(), dataset.test.len()), (60_000, 10_000));
    assert_eq!(dataset.train.shape().to_string(), "1x28x28");
    assert_eq!(dataset.train.labels()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(dataset.test.labels()[..5], [7, 2, 1, 0, 4]);

    let pixels = dataset.train.pixels();
    let count = pixels.len() as f64;
    let sum: u64 = pixels.iter().map(|&p| u64::from(p)).sum();
    let squares: u64 = pixels.iter().map(|&p| u64::from(p).pow(2)).sum();
    let mean = sum as f64 / count / 255.0;
    let std = (squares as f64 / count / 255.0 / 255.0 - mean * mean).sqrt();
    assert!((mean - f64::from(dataset.normalisation.mean[0])).abs() < 1e-4, "{mean}");
    assert!((std - f64::from(dataset.normalisation.std[0])).abs() < 1e-4, "{std}");

    let labels = dataset.train.labels();
    let split = stratified_split(labels, Validation::Count(5_000), 1).unwrap();
    assert_eq!((split.train.len(), split.validation.len()), (55_000, 5_000));
}

#[test]
fn mnist_under_the_name_of_fashion_mnist_is_recognised() {
    let Some(source) = source(DatasetName::FashionMnist) else {
        return;
    };
    let error = load(&source).unwrap_err();
    assert!(matches!(error, DatasetError::Swapped { .. }), "{error}");
    assert!(error.to_string().contains("is the training images of `mnist`"), "{error}");
}

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use burn::tensor::{Device, Tensor, TensorData};
use clap::Args;
use datasets::{Dataset, DatasetName, DeviceImages, ImageShape, Source};
use models::{ModelError, Shape, tensors};
use rand::seq::index;

use super::arguments::NetworkArguments;
use crate::error::Error;

/// Which points.
#[derive(Debug, Args)]
pub(super) struct PointArguments {
    /// A safetensors file with `images` [points, channels, height, width], normalised, and perhaps
    /// `labels` (i64); with --dataset a number of them [default: 256]
    #[arg(long, value_name = "FILE|N")]
    points: Option<String>,
    /// Draw points from this data set's training images
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Folder with the data set's files
    #[arg(long, value_name = "DIR", requires = "dataset")]
    data: Option<PathBuf>,
    /// Seed of all draws
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,
}

/// Points on the device.
pub(super) struct Points {
    /// `[points, channels, height, width]`.
    pub(super) images: Tensor<4>,
    /// The class of each, where it is known.
    pub(super) labels: Option<Vec<i64>>,
    /// As many others, where they come from a data set.
    pub(super) held_out: Option<Tensor<4>>,
}

/// Points where the data set does not say how many.
const COUNT: usize = 256;

impl PointArguments {
    /// The points, of the shape that the network takes; `None` where none are named.
    pub(super) fn load(
        &self,
        network: &NetworkArguments,
        device: &Device,
    ) -> Result<Option<Points>, Error> {
        let found = match (&self.dataset, &self.points) {
            (None, None) => return Ok(None),
            (None, Some(file)) => from_file(Path::new(file), device)?,
            (Some(dataset), count) => {
                let count = match count {
                    None => COUNT,
                    Some(text) => text.parse().map_err(|_| {
                        let problem = "expected a number of points beside --dataset";
                        Error::Usage(format!("--points {text}: {problem}"))
                    })?,
                };
                self.drawn(dataset, count, network, device)?
            }
        };
        checked(found, network, &self.name()).map(Some)
    }

    fn name(&self) -> &str {
        self.dataset.as_deref().or(self.points.as_deref()).unwrap_or_default()
    }

    fn drawn(
        &self,
        name: &str,
        count: usize,
        network: &NetworkArguments,
        device: &Device,
    ) -> Result<Points, Error> {
        let set = DatasetName::from_str(name)?;
        let dataset = dataset(set, self.data.as_deref(), network)?;
        let images = DeviceImages::new(&dataset.train, &dataset.normalisation, device);
        if count > images.len() {
            let problem = format!("{count} points; {name} has {} training images", images.len());
            return Err(Error::Usage(problem));
        }
        let both = (2 * count).min(images.len());
        let drawn =
            index::sample(&mut pruning::generator(self.seed), images.len(), both).into_vec();
        let (points, others) = drawn.split_at(count);
        let labels = points.iter().map(|&index| i64::from(images.host_labels()[index])).collect();
        Ok(Points {
            images: images.select(points).images,
            labels: Some(labels),
            held_out: (!others.is_empty()).then(|| images.select(others).images),
        })
    }
}

impl Points {
    /// Shape of one image.
    pub(super) fn shape(&self) -> Shape {
        let [_, channels, height, width] = self.images.dims();
        [channels, height, width]
    }
}

/// The data set, its images as the network takes them.
pub(super) fn dataset(
    set: DatasetName,
    folder: Option<&Path>,
    network: &NetworkArguments,
) -> Result<Dataset, Error> {
    // An image folder has images of any size: those that the network was made for.
    let [_, size, _] = network.input(None)?;
    let size = (set == DatasetName::ImageFolder).then_some(size);
    let source = Source { path: folder.map(Path::to_owned), size, ..Source::new(set) };
    let dataset = datasets::load(&source)?;
    let shape = dataset.train.shape();
    let [channels, height, width] =
        network.input(Some([shape.channels, shape.height, shape.width]))?;
    Ok(dataset.fit(ImageShape { channels, height, width })?)
}

/// The points, if there are any and the network takes them; `name` tells where they come from.
pub(super) fn checked(
    points: Points,
    network: &NetworkArguments,
    name: &dyn Display,
) -> Result<Points, Error> {
    let found = points.images.dims();
    if found[0] == 0 {
        return Err(Error::Usage(format!("{name}: no points; expected at least one")));
    }
    let [channels, height, width] = network.input(Some(points.shape()))?;
    if points.shape() != [channels, height, width] {
        return Err(Error::Usage(format!(
            "{name}: tensor \"images\": shape {found:?}; expected [points, {channels}, {height}, {width}]"
        )));
    }
    Ok(points)
}

/// Reads `images` and, if they are there, `labels`.
pub(super) fn from_file(path: &Path, device: &Device) -> Result<Points, Error> {
    let reject = |tensor: &str, problem: String| {
        let (file, tensor) = (path.to_owned(), tensor.to_owned());
        Error::Model(ModelError::Tensor { file, tensor, problem })
    };
    let images = tensors::read_one::<f32>(path, "images")?.ok_or_else(|| {
        reject("images", "is missing; expected the points under this name".into())
    })?;
    let Ok(shape) = <[usize; 4]>::try_from(images.shape.clone()) else {
        let problem =
            format!("shape {:?}; expected [points, channels, height, width]", images.shape);
        return Err(reject("images", problem));
    };
    if let Some(index) = images.values.iter().position(|value| !value.is_finite()) {
        let value = images.values[index];
        return Err(reject(
            "images",
            format!("value {value} at index {index}; expected finite numbers"),
        ));
    }
    let labels = tensors::read_one::<i64>(path, "labels")?.map(|labels| labels.values);
    if let Some(labels) = &labels
        && labels.len() != shape[0]
    {
        let problem = format!("{} labels; expected {}, one an image", labels.len(), shape[0]);
        return Err(reject("labels", problem));
    }
    let images = Tensor::from_data(TensorData::new(images.values, shape), device);
    Ok(Points { images, labels, held_out: None })
}

//! Networks by name. A new one is a file of its own and a line in [`ENTRIES`].

mod conv;
mod densenet;
mod images;
mod lenet_5;
mod lenet_5_caffe;
mod mlp;
mod pattern;
mod request;
mod residual;
mod resnet;
mod resnet_18;
mod resnet_bottleneck;
mod vgg;
mod wrn;

use crate::architecture::Architecture;
use crate::error::ModelError;
pub use images::Images;
pub use request::Request;

/// A network that can be asked for by name.
#[derive(Debug)]
pub struct Entry {
    /// Its name in configuration files, or the pattern of its names: numbers stand for what is in
    /// braces (`wrn-{depth}-{width}`).
    pub name: &'static str,
    /// Networks of it by name, as they were published: itself, or some of those of a pattern.
    pub examples: &'static [&'static str],
    /// What it is, in a line.
    pub summary: &'static str,
    /// Its images.
    pub images: Images,
    /// From a request whose images it takes.
    build: fn(&Request) -> Result<Architecture, ModelError>,
}

/// Every network.
pub const ENTRIES: &[Entry] = &[
    mlp::LENET_300_100,
    lenet_5::ENTRY,
    lenet_5_caffe::ENTRY,
    conv::CONV_2,
    conv::CONV_4,
    conv::CONV_6,
    vgg::VGG_11,
    vgg::VGG_13,
    vgg::VGG_16,
    vgg::VGG_19,
    resnet::RESNET_20,
    resnet::RESNET_32,
    resnet::RESNET_44,
    resnet::RESNET_56,
    resnet::RESNET_110,
    resnet::PADDED,
    resnet_bottleneck::RESNET_56,
    resnet_bottleneck::RESNET_110,
    resnet_18::ENTRY,
    wrn::ENTRY,
    densenet::BY_DEPTH,
    densenet::BY_GROWTH,
    mlp::ENTRY,
];

/// The largest number that a name may hold, such as a depth.
const LARGEST_NUMBER: usize = 2_000;
/// The largest width of a layer or stage.
const LARGEST_WIDTH: usize = 1 << 20;

/// The entry of this name.
///
/// # Errors
/// When there is none; the message lists those that exist.
pub fn entry(name: &str) -> Result<&'static Entry, ModelError> {
    ENTRIES.iter().find(|entry| pattern::numbers(entry.name, name).is_some()).ok_or_else(|| {
        let names: Vec<_> = ENTRIES.iter().map(|entry| entry.name).collect();
        ModelError::UnknownNetwork { name: name.to_owned(), expected: names.join(", ") }
    })
}

/// The description of the requested network.
///
/// # Errors
/// When no network has the name, or the request does not fit it.
pub fn architecture(request: &Request) -> Result<Architecture, ModelError> {
    let entry = entry(&request.name)?;
    if request.classes < 2 {
        let problem = format!("{} classes; expected at least 2", request.classes);
        return Err(request.rejection(problem));
    }
    // A description is made of what is asked for, so that a slip of the pen must not ask for all memory.
    let numbers = pattern::numbers(entry.name, &request.name).unwrap_or_default();
    if let Some(number) = numbers.iter().find(|&&number| number > LARGEST_NUMBER) {
        let problem = format!("{number}; expected numbers up to {LARGEST_NUMBER}");
        return Err(request.rejection(problem));
    }
    if let Some(width) = request.widths.iter().find(|&&width| width > LARGEST_WIDTH) {
        let problem = format!("width {width}; expected widths up to {LARGEST_WIDTH}");
        return Err(request.rejection(problem));
    }
    (entry.build)(&Request { input: entry.images.fitting(request.input), ..request.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(request: &Request) -> String {
        architecture(request).unwrap_err().to_string()
    }

    #[test]
    fn every_name_has_one_entry() {
        for entry in ENTRIES {
            let name = entry.name.replace("{depth}-padded", "20-padded").replace("{depth}", "22");
            let name = name.replace("{width}", "1").replace("{growth}", "4");
            let matching = |other: &&Entry| pattern::numbers(other.name, &name).is_some();
            assert_eq!(ENTRIES.iter().filter(matching).count(), 1, "{name}");
            let mut request = Request::named(&name);
            assert_eq!(request.input, entry.images.usual(), "{name}");
            if name == "mlp" {
                request.widths.push(3);
            }
            let architecture = architecture(&request).unwrap();
            assert_eq!(architecture.name(), name);
            assert_eq!(architecture.input_shape(), request.input, "{name}");
            assert_eq!(architecture.classes(), 10, "{name}");
        }
    }

    #[test]
    fn names_without_an_entry_are_told_what_there_is() {
        for name in ["resnet-21", "wrn-16", "wrn-{depth}-{width}", ""] {
            let message = told(&Request::named(name));
            assert!(message.contains("unknown network"), "{name}: {message}");
            assert!(message.contains("resnet-20, ") && message.contains("wrn-{depth}-{width}, "));
        }
    }

    #[test]
    fn what_does_not_fit_the_network_is_named() {
        for (name, words) in [
            ("wrn-16-0", "\"wrn-16-0\": width 0; expected at least 1"),
            ("wrn-18-2", "depth 18; expected 4 more than a multiple of 6"),
            ("wrn-4-2", "depth 4; expected"),
            ("densenet-3", "depth 3; expected"),
            (
                "resnet-22-padded",
                "depth 22; expected 2 more than a multiple of 6, such as 14, 20 or 26",
            ),
            ("densenet-22-0", "layer \"conv1\": 0 units"),
        ] {
            let message = told(&Request::named(name));
            assert!(message.contains(words), "{name}: {message}");
        }
        let with =
            |name, widths: &[usize]| Request { widths: widths.to_vec(), ..Request::named(name) };
        let message = told(&with("resnet-20", &[8, 16]));
        assert!(message.contains("widths [8, 16]; expected 3, such as [16, 32, 64]"), "{message}");
        let message = told(&with("lenet-5", &[8]));
        assert!(message.contains("widths [8]; expected none"), "{message}");
        let message = told(&Request { input: [3, 28, 28], ..Request::named("vgg-11") });
        assert!(message.contains("max_pool") && message.contains("1x1"), "{message}");
    }

    #[test]
    fn stages_take_widths_and_networks_other_images() {
        let request = Request {
            name: "wrn-10-1".to_owned(),
            widths: vec![3, 4, 5, 6],
            input: [1, 12, 12],
            classes: 2,
        };
        let architecture = architecture(&request).unwrap();
        let units: Vec<_> = architecture.layers().iter().map(|layer| layer.units).collect();
        assert_eq!(units, [3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 2]);
        assert_eq!(architecture.layers()[9].output, [3, 3]);
    }
}

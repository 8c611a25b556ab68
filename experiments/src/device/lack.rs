/// Why a backend gives no device.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lack {
    #[error("not compiled in (cargo feature {0})")]
    Feature(&'static str),
    #[error("no device answers")]
    Devices,
    #[error("no device {index} among {count}")]
    Index { index: usize, count: usize },
}

impl Lack {
    /// The same with the backend and what to do.
    pub(super) fn explain(&self, backend: &str) -> String {
        let name = backend;
        match self {
            Self::Feature(feature) => format!(
                "backend \"{name}\" is not compiled in; use `cargo run -p experiments --features {feature} -- …`, \
                 or backend = \"flex\""
            ),
            Self::Devices => {
                let remedy = match name {
                    "cuda" => "install NVIDIA's driver (nvidia-smi should list the card)",
                    _ => {
                        "install the card's Vulkan driver and the loader (of Debian: mesa-vulkan-drivers and \
                         libvulkan1)"
                    }
                };
                format!(
                    "backend \"{name}\": no device answers; {remedy}, or use backend = \"flex\""
                )
            }
            Self::Index { index, count } => {
                let known = match count {
                    1 => "there is only device 0".to_owned(),
                    count => format!("there are devices 0 to {}", count - 1),
                };
                format!("backend \"{name}\": no device {index}; {known}")
            }
        }
    }
}

//! Files of pruned networks that hold the weights that are left, and no others: compressed sparse rows (CSR) in
//! the safetensors format.
//!
//! | tensor | type, shape | holds |
//! |---|---|---|
//! | `<layer>.weight.values` | F32 `[stored]` | the weights that are not zero, unit by unit |
//! | `<layer>.weight.columns` | U16, or U32 where `fan_in` is above 65,536, `[stored]` | which of its unit's weights each one is, rising within a unit |
//! | `<layer>.weight.starts` | U32 `[units + 1]` | where each unit's weights start among the stored ones, and where the last one's end |
//! | `<layer>.weight.shape` | U32 `[2]` or `[4]` | the dense weight's shape by PyTorch: `[units, channels]`, for a convolution `[units, channels, height, width]` |
//! | `<layer>.bias` | F32 `[units]` | biases, where the layer has them |
//! | `<norm>.weight`, `.bias`, `.running_mean`, `.running_var` | F32 `[channels]` | a batch norm, as PyTorch names it |
//!
//! A unit's `fan_in` weights run over input channels and the kernel's rows and columns, in PyTorch's order: `values`, `columns`
//! and `starts` are what SciPy's `csr_matrix` takes, for a matrix of `shape[0]` rows and the product of the
//! other lengths as columns. All numbers are little-endian, as everywhere in the format. A weight of zero is
//! not stored, so that its sign is lost.
//!
//! One entry of the file's metadata, [`KEY`], says in JSON which network it is:
//! `{"version":1,"network":"lenet-300-100","widths":[],"input":[1,28,28],"classes":10}`. These are the fields of a
//! [`Request`](models::zoo::Request), from which the [zoo](models::zoo) describes the graph; where weights are
//! narrower than those of the description, as [`Network::shrink`](models::Network::shrink) leaves them, their shapes
//! tell the widths. `version` is raised when the meaning of a file changes.

mod header;
mod read;
mod write;

pub use header::{KEY, request};
pub(crate) use read::{Contents, read, read_as};
pub use write::{save, serialised};

/// The most weights of a unit whose columns have 16 bits.
pub const SHORT: usize = 1 << 16;

/// The names of a layer's tensors.
struct Names {
    values: String,
    columns: String,
    starts: String,
    shape: String,
    bias: String,
}

impl Names {
    fn of(layer: &str) -> Self {
        let of_weight = |part: &str| format!("{layer}.weight.{part}");
        Self {
            values: of_weight("values"),
            columns: of_weight("columns"),
            starts: of_weight("starts"),
            shape: of_weight("shape"),
            bias: format!("{layer}.bias"),
        }
    }
}

/// A tensor of a norm.
fn of_norm(norm: &str, tensor: &str) -> String {
    format!("{norm}.{tensor}")
}

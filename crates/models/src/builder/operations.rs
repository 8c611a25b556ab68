//! What has no parameters: activations, sums, concatenation and pooling.

use super::{Builder, Value};
use crate::architecture::Op;
use crate::window::Window;

impl Builder {
    /// max(x, 0).
    pub fn relu(&mut self, x: Value) -> Value {
        self.push(Op::Relu, &[x], self.shape(x))
    }

    /// Sum of two values of equal shape, such as a residual block and what it goes around.
    pub fn add(&mut self, a: Value, b: Value) -> Value {
        let (shape, other) = (self.shape(a), self.shape(b));
        if shape != other {
            self.reject("add", format!("{shape:?} and {other:?}; expected equal shapes"));
            return a;
        }
        self.push(Op::Add, &[a, b], shape)
    }

    /// Sum of a value and of one with as large a map and fewer channels, which is padded with channels of
    /// zeros, half of them (rounded down) in front and the rest behind: a shortcut without parameters (He et
    /// al. 2016, arXiv 1512.03385, option A).
    ///
    /// A channel is padded once in a network, and what is padded is not concatenated:
    /// [`build`](Self::build) refuses descriptions of which no smaller network could be cut.
    pub fn add_padded(&mut self, wide: Value, narrow: Value) -> Value {
        let (shape, other) = (self.shape(wide), self.shape(narrow));
        if shape[1..] != other[1..] || shape[0] < other[0] {
            let problem = format!(
                "{shape:?} and {other:?}; expected equal maps and at most as many channels"
            );
            self.reject("add_padded", problem);
            return wide;
        }
        self.push(Op::AddPadded, &[wide, narrow], shape)
    }

    /// Values of equal height and width, one behind the other along the channels.
    pub fn concat(&mut self, values: &[Value]) -> Value {
        let Some(&first) = values.first() else {
            self.reject("concat", "no values; expected at least 1".to_owned());
            return self.input();
        };
        let shapes: Vec<_> = values.iter().map(|&x| self.shape(x)).collect();
        let [_, height, width] = shapes[0];
        if shapes.iter().any(|shape| shape[1..] != [height, width]) {
            let problem = format!("shapes {shapes:?}; expected equal heights and widths");
            self.reject("concat", problem);
            return first;
        }
        let channels = shapes.iter().map(|shape| shape[0]).sum();
        self.push(Op::Concat, values, [channels, height, width])
    }

    /// Maximum over windows: of a size and side by side (`2`), or as a [`Window`] describes them. What
    /// does not fill a window is left out.
    pub fn max_pool(&mut self, x: Value, window: impl Into<Window>) -> Value {
        let window = window.into();
        self.pool(x, window, "max_pool", Op::MaxPool(window))
    }

    /// Mean over windows of `size` x `size`; what does not fill a window is left out.
    pub fn average_pool(&mut self, x: Value, size: usize) -> Value {
        self.pool(x, Window::new(size), "average_pool", Op::AveragePool(size))
    }

    /// Mean of each channel of a square map.
    pub fn global_average_pool(&mut self, x: Value) -> Value {
        let [_, height, width] = self.shape(x);
        if height != width {
            let problem = format!("a map of {height}x{width}; expected a square one");
            self.reject("global_average_pool", problem);
            return x;
        }
        self.pool(x, Window::new(height), "global_average_pool", Op::AveragePool(height))
    }

    fn pool(&mut self, x: Value, window: Window, name: &str, op: Op) -> Value {
        let [channels, height, width] = self.shape(x);
        let Some((rows, columns)) = window.output(height).zip(window.output(width)) else {
            let Window { size, stride, padding } = window;
            let moved = if window == Window::new(size) {
                String::new()
            } else {
                format!(" with stride {stride} and padding {padding}")
            };
            let problem = format!("a window of {size}x{size}{moved} does not fit {height}x{width}");
            self.reject(name, problem);
            return x;
        };
        self.push(op, &[x], [channels, rows, columns])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shape;
    use crate::builder::tests::rejection;

    fn shape(image: Shape, describe: impl Fn(&mut Builder, Value) -> Value) -> Shape {
        let mut net = Builder::new("t", image);
        let x = describe(&mut net, Value(0));
        net.build(x).unwrap().nodes().last().unwrap().shape
    }

    #[test]
    fn shapes_are_derived() {
        assert_eq!(shape([3, 5, 7], |net, x| net.add(x, x)), [3, 5, 7]);
        assert_eq!(shape([3, 5, 7], |net, x| net.average_pool(x, 2)), [3, 2, 3]);
        let overlapping = Window::new(3).stride(2).padding(1);
        assert_eq!(shape([3, 5, 8], |net, x| net.max_pool(x, overlapping)), [3, 3, 4]);
        assert_eq!(shape([3, 5, 5], |net, x| net.global_average_pool(x)), [3, 1, 1]);
        assert_eq!(shape([3, 5, 7], |net, x| net.add_padded(x, x)), [3, 5, 7]);
        let joined = |net: &mut Builder, x| {
            let wide = net.concat(&[x, x]);
            net.concat(&[x, wide, x])
        };
        assert_eq!(shape([3, 5, 7], joined), [12, 5, 7]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let image = [3, 6, 4];
        let found = rejection(image, |net, x| {
            let half = net.max_pool(x, 2);
            net.add(x, half)
        });
        assert!(found.contains("\"add\": [3, 6, 4] and [3, 3, 2]; expected equal"), "{found}");
        let found = rejection(image, |net, x| {
            let wide = net.concat(&[x, x]);
            net.add_padded(x, wide)
        });
        assert!(found.contains("\"add_padded\": [3, 6, 4] and [6, 6, 4]; expected"), "{found}");
        let found = rejection(image, |net, x| {
            let half = net.max_pool(x, 2);
            net.concat(&[x, half])
        });
        assert!(found.contains("\"concat\": shapes [[3, 6, 4], [3, 3, 2]]"), "{found}");
        let found = rejection(image, |net, _| net.concat(&[]));
        assert!(found.contains("\"concat\": no values; expected at least 1"), "{found}");
        let found = rejection(image, |net, x| net.max_pool(x, Window::new(3).padding(2)));
        let expected = "a window of 3x3 with stride 3 and padding 2 does not fit 6x4";
        assert!(found.contains(expected), "{found}");
        let found = rejection(image, |net, x| net.average_pool(x, 5));
        assert!(found.contains("\"average_pool\": a window of 5x5 does not fit 6x4"), "{found}");
        let found = rejection(image, |net, x| net.global_average_pool(x));
        assert!(found.contains("\"global_average_pool\": a map of 6x4; expected"), "{found}");
    }
}

use crate::architecture::Shape;

/// The images that a network takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Images {
    /// Those of this shape.
    Only(Shape),
    /// Those of any shape that leaves its layers something to look at; it was made for this one.
    Any(Shape),
}

impl Images {
    /// The shape that the network was made for.
    pub fn usual(self) -> Shape {
        match self {
            Self::Only(shape) | Self::Any(shape) => shape,
        }
    }

    /// The shape of its images where those at hand have the shape `given`.
    pub fn fitting(self, given: Shape) -> Shape {
        match self {
            Self::Only(shape) => shape,
            Self::Any(_) => given,
        }
    }
}

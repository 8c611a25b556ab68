use super::elementwise;
use crate::maps::{Activations, Maps};

/// Gradients of places: there while they are summed up, and then used again for others.
#[derive(Debug, Clone, Default)]
pub(super) struct Gradients {
    at: Vec<Option<Activations>>,
    free: Vec<Activations>,
}

impl Gradients {
    /// For a network of so many places.
    pub(super) fn new(places: usize) -> Self {
        Self { at: vec![None; places], free: Vec::new() }
    }

    /// What has been summed up for a place; zeros where nothing was.
    pub(super) fn of(&mut self, place: usize, maps: Maps, batch: usize) -> &mut Activations {
        let Self { at, free } = self;
        at[place].get_or_insert_with(|| {
            let fits = |other: &Activations| other.maps() == maps && other.batch() == batch;
            match free.iter().position(fits) {
                Some(index) => {
                    let mut gradient = free.swap_remove(index);
                    gradient.clear();
                    gradient
                }
                None => Activations::zeros(maps, batch),
            }
        })
    }

    /// The sum of a place that everything behind it has added to.
    pub(super) fn take(&mut self, place: usize) -> Option<Activations> {
        self.at[place].take()
    }

    /// Adds a gradient that is not needed elsewhere to a place's, or makes it the place's.
    pub(super) fn give(&mut self, place: usize, maps: Maps, gradient: Activations) {
        if self.at[place].is_none() && gradient.maps() == maps {
            self.at[place] = Some(gradient);
        } else {
            elementwise::add_to(&gradient, self.of(place, maps, gradient.batch()), 0);
            self.put_back(gradient);
        }
    }

    /// A gradient that is not needed any more.
    pub(super) fn put_back(&mut self, gradient: Activations) {
        self.free.push(gradient);
    }

    /// Forgets buffers of another batch's size.
    pub(super) fn reset(&mut self) {
        *self = Self::new(self.at.len());
    }
}

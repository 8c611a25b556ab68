/// Channels with the number of one they are tied to, or their own: a forest of union-find.
#[derive(Default)]
pub(super) struct Ties(Vec<usize>);

impl Ties {
    pub(super) fn fresh(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    fn root(&mut self, mut channel: usize) -> usize {
        while self.0[channel] != channel {
            // Halves the way for the next one who asks.
            self.0[channel] = self.0[self.0[channel]];
            channel = self.0[channel];
        }
        channel
    }

    pub(super) fn tie(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }

    /// Numbers the groups from 0 in the order in which they appear; how many they are.
    pub(super) fn number(mut self, channels: &mut [Vec<usize>]) -> usize {
        let mut numbers = vec![None; self.0.len()];
        let mut count = 0;
        for channel in channels.iter_mut().flatten() {
            let number = &mut numbers[self.root(*channel)];
            *channel = *number.get_or_insert_with(|| {
                count += 1;
                count - 1
            });
        }
        count
    }
}

use crate::architecture::{Architecture, Op};

impl Architecture {
    /// Walks the graph in order of computation and returns the last node's value.
    ///
    /// `step` gets each node's operation with the values it takes, in the order of
    /// [`Node::inputs`](crate::Node::inputs), and returns the node's value; [`Op::Input`] takes
    /// `input`. The last reader of a value gets the value itself, the ones before it get clones:
    /// nothing lives longer than it must, and an operation may overwrite what it alone holds.
    ///
    /// ```
    /// # use models::zoo;
    /// // How deep is the network?
    /// let architecture = zoo::architecture(&zoo::Request::named("lenet-300-100"))?;
    /// let deepest = |inputs: Vec<usize>| inputs.into_iter().max().unwrap();
    /// let depth = architecture.walk(0, |_, inputs| 1 + deepest(inputs));
    /// assert_eq!(depth, architecture.nodes().len());
    /// # Ok::<(), models::ModelError>(())
    /// ```
    pub fn walk<V: Clone>(&self, input: V, mut step: impl FnMut(&Op, Vec<V>) -> V) -> V {
        let nodes = self.nodes();
        let mut readers = vec![0; nodes.len()];
        nodes.iter().flat_map(|node| &node.inputs).for_each(|&source| readers[source] += 1);
        let mut values = vec![None; nodes.len()];
        let mut input = Some(input);
        for (index, node) in nodes.iter().enumerate() {
            let inputs = match node.op {
                Op::Input => input.take().into_iter().collect(),
                _ => node.inputs.iter().map(|&x| read(&mut values[x], &mut readers[x])).collect(),
            };
            values[index] = Some(step(&node.op, inputs));
        }
        values.pop().flatten().expect("the last node is the output and has no reader")
    }
}

/// The value for one of its remaining readers.
fn read<V: Clone>(value: &mut Option<V>, readers: &mut usize) -> V {
    *readers -= 1;
    let value = if *readers == 0 { value.take() } else { value.clone() };
    value.expect("nodes are in order of computation")
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use crate::Builder;

    #[test]
    fn the_last_reader_takes_the_value() {
        let mut net = Builder::new("t", [1, 2, 2]);
        let image = net.input();
        let a = net.relu(image);
        let b = net.relu(a);
        let sum = net.add(a, b);
        let twice = net.add(sum, sum);
        let architecture = net.build(twice).unwrap();

        let mut holders = Vec::new();
        let last = architecture.walk(Rc::new(0), |_, inputs: Vec<Rc<usize>>| {
            holders.push(inputs.iter().map(Rc::strong_count).collect::<Vec<_>>());
            Rc::new(holders.len())
        });
        // The second node's value is still held for the sum; the sum reaches its only reader twice.
        assert_eq!(holders, [vec![1], vec![1], vec![2], vec![1, 1], vec![2, 2]]);
        assert_eq!(*last, 5);
    }

    #[test]
    fn values_come_in_the_order_of_the_description() {
        let mut net = Builder::new("t", [1, 2, 2]);
        let a = net.relu(net.input());
        let b = net.relu(a);
        let joined = net.concat(&[b, net.input(), a]);
        let architecture = net.build(joined).unwrap();
        let mut index = 0;
        let path = architecture.walk("x".to_owned(), |_, inputs| {
            index += 1;
            format!("{index}({})", inputs.join(" "))
        });
        assert_eq!(path, "4(3(2(1(x))) 1(x) 2(1(x)))");
    }
}

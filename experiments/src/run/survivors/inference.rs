use models::Network;
use sparse::Predictor;

use super::Survivors;
use crate::config::Compute;
use crate::one::timing::briefly;
use crate::records::CurveRow;

impl Survivors<'_> {
    /// Writes into the row how much faster the network answers with the weights that are left alone, where
    /// training may compute so too. A few passes of a batch; filter pruning is left out, whose survivors are
    /// dense.
    pub(super) fn set_inference(&self, network: &Network, row: &mut CurveRow) {
        let prepared = self.context.prepared;
        let recipe = &prepared.experiment.retrain;
        if recipe.compute == Compute::Dense || *network.architecture() != prepared.architecture {
            return;
        }
        let images = prepared.data.test.to_report();
        let batch = images.slice(0..recipe.batch_size.min(images.len())).images;
        let mut predictor = Predictor::new(network);
        let rounds =
            briefly([&mut || drop(network.forward(batch.clone()).into_data()), &mut || {
                drop(predictor.forward(batch.clone()));
            }]);
        row.inference_speed_up = Some(rounds.ratio(0, 1).median);
    }
}

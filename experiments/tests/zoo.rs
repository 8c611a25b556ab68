//! Networks of the zoo with norms and sums, through the whole program: by names with numbers in them,
//! with widths of their own.

mod common;

use common::{Lab, TINY};
use experiments::records::CurveRow;

#[test]
fn networks_of_stages_train_and_are_pruned() {
    let lab = Lab::new(TINY);
    for (network, settings) in [
        ("wrn-10-1", &["network.widths=[4, 4, 6, 8]"][..]),
        ("densenet-10-4", &["network.widths=[]", "network.init=kaiming-normal"]),
        ("resnet-18", &["network.widths=[4, 6, 6, 8]", "network.init=kaiming-normal-fan-out"]),
    ] {
        let name = format!("network.name={network}");
        let common = [
            "seeds=[1]",
            "prune.densities=[0.5]",
            "prune.schedules=[\"one-shot\"]",
            "train.length=\"12 iterations\"",
            &name,
        ];
        let mut arguments = vec!["--results", network];
        common.iter().chain(settings).for_each(|setting| arguments.extend(["--set", setting]));
        lab.succeed(&arguments);
        let mut rows = csv::Reader::from_path(lab.path(network).join("curves.csv")).unwrap();
        let rows: Vec<CurveRow> = rows.deserialize().map(Result::unwrap).collect();
        assert!(rows.len() > 5, "{network}");
        for row in rows {
            assert_eq!((row.status.as_str(), row.network.as_str()), ("ok", network), "{row:?}");
        }
    }
}

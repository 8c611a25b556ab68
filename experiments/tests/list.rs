//! What `experiments list` prints stands in README as well.

mod common;

use common::{Lab, TINY};

#[test]
fn the_networks_of_the_readme_are_those_of_the_program() {
    let output = Lab::new(TINY).command(&["list", "networks"]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let readme = include_str!("../../README.md");
    let rows: Vec<&str> = printed.lines().filter(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 20, "{printed}");
    for row in rows {
        assert!(readme.contains(row), "README.md lacks the row {row}");
    }
}

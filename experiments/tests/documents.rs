//! Pages in the repository point at what is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const PAGES: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "configs/README.md",
    "configs/paper/README.md",
    "experiments/README.md",
    "results/README.md",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The lines of a page that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// What a page's headings are linked by: small letters, digits, and - for spaces.
fn anchors(page: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let headings = prose(&text).filter_map(|line| {
        let title = line.trim_start_matches('#');
        (title.len() < line.len() && title.starts_with(' ')).then(|| title.trim().to_lowercase())
    });
    let anchor = |title: String| {
        let kept = title.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut links = 0;
    for page in PAGES.iter().map(|page| root().join(page)) {
        let text = std::fs::read_to_string(&page).unwrap();
        let targets = prose(&text).flat_map(|line| line.split("](").skip(1));
        let targets = targets.filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.starts_with("http")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let there = match file {
                "" => page.clone(),
                file => page.parent().unwrap().join(file),
            };
            assert!(there.exists(), "{}: {target}", page.display());
            let known = anchor.is_empty() || anchors(&there).contains(anchor);
            assert!(known, "{}: no heading for {target}", page.display());
            links += 1;
        }
    }
    assert!(links > 50, "{links}");
}

#[test]
fn every_configuration_and_script_that_is_named_exists() {
    let mut names = 0;
    for page in PAGES {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        let is_part = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        for word in text.split(|c| !is_part(c)) {
            let is_file =
                [".toml", ".py", ".sh", ".mjs", ".yaml"].iter().any(|end| word.ends_with(end));
            if is_file && (word.starts_with("configs/") || word.starts_with("scripts/")) {
                assert!(root().join(word).exists(), "{page}: {word}");
                names += 1;
            }
        }
    }
    assert!(names > 20, "{names}");
}

//! A report as one page that needs nothing else: no other file, no network, and no script to be read.

mod chart;
mod colours;
mod table;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::model::{Block, Report, Section};
use crate::records::files;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// A browser that heeds it loads nothing from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'none'";

/// The page.
pub(super) fn render(report: &Report) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { (report.title) ": " (report.subtitle) }
                // An empty picture: else browsers ask for one.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) (PreEscaped(colours::style(report))) }
            }
            body {
                a class="skip" href="#answer" { "To the answers" }
                header {
                    div class="head" {
                        div {
                            h1 { (report.title) }
                            p { (report.subtitle) }
                        }
                        button type="button" id="theme" hidden { "Theme: automatic" }
                    }
                    nav aria-label="Sections" {
                        ul { @for section in &report.sections { li { a href={ "#" (section.id) } { (section.title) } } } }
                    }
                }
                main { @for each in &report.sections { (section(each)) } }
                footer {
                    p {
                        "Written by experiments " (env!("CARGO_PKG_VERSION")) " from the tables in this folder; "
                        (files::REPORT_TEXT) " has the same text and tables."
                    }
                }
                div id="tip" role="status" aria-live="polite" hidden {}
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn section(section: &Section) -> Markup {
    let mut tables = 0;
    html! {
        section id=(section.id) aria-labelledby={ (section.id) "-title" } {
            h2 id={ (section.id) "-title" } { (section.title) }
            @for block in &section.blocks { (self::block(section.id, &mut tables, block)) }
        }
    }
}

fn block(section: &str, tables: &mut usize, block: &Block) -> Markup {
    match block {
        Block::Text(text) => html! { p { (kept_together(text)) } },
        Block::List(items) => html! {
            ul class="answers" { @for item in items { li { (kept_together(item)) } } }
        },
        Block::Facts(facts) => html! {
            dl { @for (name, value) in facts { div { dt { (name) } dd { (kept_together(value)) } } } }
        },
        Block::Table(table) => {
            *tables += 1;
            let shown = self::table::render(table, &format!("{section}-table-{tables}"));
            folded(table.folded, &table.caption, shown)
        }
        Block::Charts(charts) => {
            let shown = html! {
                div class="charts" { @for picture in &charts.charts { (chart::render(&picture.chart)) } }
            };
            match charts.folded {
                true => folded(true, &format!("{} ({})", charts.title, charts.charts.len()), shown),
                false => html! { h3 { (charts.title) } (shown) },
            }
        }
    }
}

/// A number and its unit in one line.
fn kept_together(text: &str) -> String {
    text.replace(" %", "\u{a0}%")
}

fn folded(folded: bool, title: &str, inner: Markup) -> Markup {
    if folded {
        html! { details { summary { (title) } (inner) } }
    } else {
        inner
    }
}

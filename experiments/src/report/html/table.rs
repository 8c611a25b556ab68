//! Tables that sort when the head of a column is chosen.

use maud::{Markup, html};

use crate::report::model::{Cell, Table};

/// A table in a box of its own, which scrolls where the table is wider than the page.
pub(super) fn render(table: &Table, id: &str) -> Markup {
    let numeric: Vec<bool> =
        (0..table.columns.len()).map(|column| table.is_numeric(column)).collect();
    html! {
        div class="scroll" role="group" tabindex="0" aria-labelledby=(id) {
            table {
                caption { span id=(id) { (table.caption) } }
                thead {
                    tr {
                        @for (name, numeric) in table.columns.iter().zip(&numeric) {
                            th scope="col" class=[numeric.then_some("number")] {
                                button type="button" class="sort" { (name) }
                            }
                        }
                    }
                }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (k, (cell, numeric)) in row.iter().zip(&numeric).enumerate() { (self::cell(cell, k == 0, *numeric)) }
                        }
                    }
                }
            }
        }
        @if !table.note.is_empty() { p class="note" { (table.note) } }
    }
}

/// The first cell of a row names it.
fn cell(cell: &Cell, is_first: bool, numeric: bool) -> Markup {
    let (class, key) = (numeric.then_some("number"), cell.value);
    match is_first {
        true => html! { th scope="row" class=[class] data-key=[key] { (cell.text) } },
        false => html! { td class=[class] data-key=[key] { (cell.text) } },
    }
}

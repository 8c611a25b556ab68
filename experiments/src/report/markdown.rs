//! A report as Markdown, with the tables of GitHub's dialect.

use std::fmt::Write;

use super::model::{Block, Charts, Report, Section, Table};

/// The text; charts are links to the pictures beside it.
pub(super) fn render(report: &Report) -> String {
    let mut text = format!("# {}\n\n{}\n", escape(&report.title), escape(&report.subtitle));
    report.sections.iter().for_each(|section| add_section(&mut text, section));
    text
}

fn add_section(text: &mut String, section: &Section) {
    let _ = write!(text, "\n## {}\n", escape(section.title));
    for block in &section.blocks {
        text.push('\n');
        match block {
            Block::Text(words) => {
                let _ = writeln!(text, "{}", escape(words));
            }
            Block::List(items) => {
                items.iter().for_each(|item| {
                    let _ = writeln!(text, "- {}", escape(item));
                });
            }
            Block::Facts(facts) => {
                facts.iter().for_each(|(name, value)| {
                    let _ = writeln!(text, "- **{}**: {}", escape(name), escape(value));
                });
            }
            Block::Table(table) => add_table(text, table),
            Block::Charts(charts) => add_charts(text, charts),
        }
    }
}

fn add_table(text: &mut String, table: &Table) {
    let caption = escape(&table.caption);
    let _ = match table.folded {
        true => write!(text, "<details><summary>{caption}</summary>\n\n"),
        false => write!(text, "**{caption}**\n\n"),
    };
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let _ = writeln!(text, "| {} |", cells.collect::<Vec<_>>().join(" | "));
    };
    line(&mut table.columns.iter().map(|name| escape(name)));
    line(&mut (0..table.columns.len()).map(|k| match table.is_numeric(k) {
        true => "---:".to_owned(),
        false => "---".to_owned(),
    }));
    table.rows.iter().for_each(|row| line(&mut row.iter().map(|cell| escape(&cell.text))));
    if !table.note.is_empty() {
        let _ = write!(text, "\n{}\n", escape(&table.note));
    }
    if table.folded {
        text.push_str("\n</details>\n");
    }
}

fn add_charts(text: &mut String, charts: &Charts) {
    let shown: Vec<_> = charts
        .charts
        .iter()
        .filter_map(|picture| Some((&picture.chart, picture.file.as_ref()?)))
        .collect();
    if shown.is_empty() {
        let _ =
            writeln!(text, "{}: {} in report.html.", escape(&charts.title), charts.charts.len());
        return;
    }
    let _ = writeln!(
        text,
        "{}; the bars of these pictures are told below each:\n",
        escape(&charts.title)
    );
    for (chart, file) in shown {
        let _ = writeln!(text, "![{}]({file})\n", escape(&chart.subtitle));
    }
    // One line break ends the block.
    text.truncate(text.trim_end().len());
    text.push('\n');
}

/// Text without meaning to Markdown or HTML, in one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::Cell;

    #[test]
    fn nothing_in_a_field_is_markup() {
        assert_eq!(
            escape("a|b\n<b>*x*</b> `c` [d](e)"),
            "a\\|b &lt;b&gt;\\*x\\*&lt;/b&gt; \\`c\\` \\[d\\](e)"
        );
    }

    #[test]
    fn a_table_by_hand() {
        let rows = [
            vec![Cell::text("a|b"), Cell::number(0.5, "50 %")],
            vec![Cell::text("c"), Cell::text("")],
        ];
        let table = Table::new("Two", ["name", "share"], rows).with_note("A note.");
        let mut text = String::new();
        add_table(&mut text, &table);
        let expected =
            "**Two**\n\n| name | share |\n| --- | ---: |\n| a\\|b | 50 % |\n| c | – |\n\nA note.\n";
        assert_eq!(text, expected);
        let mut folded = String::new();
        add_table(&mut folded, &table.folded());
        assert!(folded.starts_with("<details><summary>Two</summary>\n\n| name"));
        assert!(folded.ends_with("</details>\n"));
    }
}

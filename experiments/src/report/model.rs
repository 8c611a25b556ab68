//! What a report consists of, whatever it is rendered as.

use crate::plot::Chart;

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Report {
    pub(super) title: String,
    /// Network, data and size, in a line.
    pub(super) subtitle: String,
    pub(super) sections: Vec<Section>,
}

/// A part of a report with a heading.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    /// Where links go to.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) blocks: Vec<Block>,
}

/// What stands below each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Text(String),
    /// Sentences that stand for themselves.
    List(Vec<String>),
    /// Names and what they have.
    Facts(Vec<(String, String)>),
    Table(Table),
    Charts(Charts),
}

/// A table; every cell of a column is of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    pub(super) caption: String,
    /// Shown only when it is asked for.
    pub(super) folded: bool,
    pub(super) columns: Vec<String>,
    /// As many cells as columns; the first names the row.
    pub(super) rows: Vec<Vec<Cell>>,
    /// What the columns mean, where their names do not tell.
    pub(super) note: String,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// What it is sorted by, if it is a number.
    pub(super) value: Option<f64>,
}

/// Charts of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Charts {
    pub(super) title: String,
    /// Shown only when they are asked for.
    pub(super) folded: bool,
    pub(super) charts: Vec<Picture>,
}

/// A chart, and the file beside the report that shows the same curves.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picture {
    pub(super) chart: Chart,
    pub(super) file: Option<String>,
}

/// What stands where there is nothing.
pub(super) const NOTHING: &str = "–";

impl Section {
    pub(super) fn new(id: &'static str, title: &'static str, blocks: Vec<Block>) -> Self {
        Self { id, title, blocks }
    }
}

impl Block {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl Cell {
    /// Words; nothing for none.
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { text: if text.is_empty() { NOTHING.to_owned() } else { text }, value: None }
    }

    /// A number as it is shown.
    pub(super) fn number(value: f64, text: impl Into<String>) -> Self {
        Self { text: text.into(), value: Some(value) }
    }

    /// A number, where there is one.
    pub(super) fn maybe(value: Option<f64>, shown: impl Fn(f64) -> String) -> Self {
        value.map_or_else(|| Self::text(""), |value| Self::number(value, shown(value)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text == NOTHING
    }
}

impl Table {
    /// A table with these columns, from a row of cells for each item.
    pub(super) fn new(
        caption: impl Into<String>,
        columns: impl IntoIterator<Item = impl Into<String>>,
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> Self {
        Self {
            caption: caption.into(),
            folded: false,
            columns: columns.into_iter().map(Into::into).collect(),
            rows: rows.into_iter().collect(),
            note: String::new(),
        }
    }

    pub(super) fn with_note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    pub(super) fn folded(self) -> Self {
        Self { folded: true, ..self }
    }

    /// Whether the cells of a column are numbers.
    pub(super) fn is_numeric(&self, column: usize) -> bool {
        self.rows.iter().any(|row| row[column].value.is_some())
    }

    /// Without the columns in which no row has anything, apart from the first.
    pub(super) fn without_empty_columns(mut self) -> Self {
        let kept: Vec<usize> = (0..self.columns.len())
            .filter(|&k| k == 0 || self.rows.iter().any(|row| !row[k].is_empty()))
            .collect();
        self.columns = kept.iter().map(|&k| self.columns[k].clone()).collect();
        let pick = |row: Vec<Cell>| kept.iter().map(|&k| row[k].clone()).collect();
        self.rows = self.rows.into_iter().map(pick).collect();
        self
    }
}

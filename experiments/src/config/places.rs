//! Where keys stand in a TOML text.

use toml::de::{DeTable, DeValue};

/// The number of the line, from 1, on which a key in dotted form stands.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let parsed = DeTable::parse(text).ok()?;
    let mut table = parsed.get_ref();
    let mut parts = key.split('.').peekable();
    loop {
        let part = parts.next()?;
        let (name, value) = table.iter().find(|(name, _)| name.get_ref() == part)?;
        if parts.peek().is_none() {
            return Some(line_at(text, name.span().start));
        }
        table = table_in(value.get_ref())?;
    }
}

/// The key, in dotted form, that stands at this byte of the text or whose value does.
pub(super) fn key_at(text: &str, position: usize) -> Option<String> {
    let parsed = DeTable::parse(text).ok()?;
    innermost(parsed.get_ref(), position).map(|path| path.join("."))
}

/// The number of the line, from 1, of this byte of the text.
pub(super) fn line_at(text: &str, position: usize) -> usize {
    text.as_bytes()[..position.min(text.len())].iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// A section's span is that of its header, so what is in it has to be looked at one by one.
fn innermost(table: &DeTable<'_>, position: usize) -> Option<Vec<String>> {
    table.iter().find_map(|(name, value)| {
        let inside = table_in(value.get_ref()).and_then(|table| innermost(table, position));
        let here = name.span().contains(&position) || value.span().contains(&position);
        let path = inside.or_else(|| here.then(Vec::new))?;
        Some([vec![name.get_ref().to_string()], path].concat())
    })
}

fn table_in<'a, 'i>(value: &'a DeValue<'i>) -> Option<&'a DeTable<'i>> {
    match value {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "name = \"x\"\n\n[a]\none = 1\ntwo = { three = [\n  3 ] }\n[a.deep]\nfour = 4\n";

    #[test]
    fn keys_have_lines() {
        for (key, line) in
            [("name", 1), ("a", 3), ("a.one", 4), ("a.two.three", 5), ("a.deep.four", 8)]
        {
            assert_eq!(line_of(TEXT, key), Some(line), "{key}");
        }
        for key in ["", "b", "a.five", "name.x"] {
            assert_eq!(line_of(TEXT, key), None, "{key}");
        }
    }

    #[test]
    fn places_have_keys() {
        for (words, key) in
            [("one", "a.one"), ("1", "a.one"), ("3 ]", "a.two.three"), ("4", "a.deep.four")]
        {
            let position = TEXT.find(words).unwrap();
            assert_eq!(key_at(TEXT, position).as_deref(), Some(key), "{words}");
        }
        assert_eq!(key_at("= 1", 0), None);
    }
}

//! Corrections that delete items of a YAML list: what is left is valid YAML, and nothing else moves.

use std::ops::Range;

use crate::diagnostic::Fix;
use crate::source::{Place, Source, Span};

/// A longer list, in bytes, is left alone: with an item deleted for each of many faults, its text would
/// be copied as often.
const LONGEST_LIST: usize = 64 * 1024;

/// The correction that deletes `items` from the list at `list`. An item of a flow list goes with its
/// comma, one of a block list with its whole lines; a list of which nothing is left becomes `[]`.
///
/// `None` where a machine had better not touch the text: the list or an item stands behind an alias, an
/// item has an anchor, shares its line with other text, or a flow list holds comments.
pub(crate) fn delete_items(source: &Source, list: Place, items: &[Place]) -> Option<Fix> {
    let mut spans = items.iter().map(|item| item.alias.is_none().then_some(item.span)).collect::<Option<Vec<_>>>()?;
    spans.sort_unstable();
    let span = list.alias.is_none().then_some(list.span)?;
    if span.end - span.start > LONGEST_LIST {
        return None;
    }
    let text = source.text();
    let cuts = if text.get(span.start..)?.starts_with('[') { flow(text, span, &spans)? } else { block(text, &spans)? };
    let (start, end) = (cuts.first()?.start, cuts.last()?.end);
    let kept = |from: usize, to: usize| keep(text, from, to, &cuts);
    if !text.get(span.start..)?.starts_with('[') && kept(span.start, span.end.max(end))?.trim().is_empty() {
        // Behind the key, so that the indentation of the list does not matter.
        let before = text.get(..span.start)?.trim_end();
        let only_space = !before.rsplit('\n').next()?.contains('#');
        let after = text.get(..end)?.trim_end().len();
        return only_space.then(|| Fix { span: Span::new(before.len(), after), replacement: " []".to_owned() });
    }
    Some(Fix { span: Span::new(start, end), replacement: kept(start, end)? })
}

/// The text from `from` to `to` without the cuts, which are in order and do not overlap.
fn keep(text: &str, from: usize, to: usize, cuts: &[Range<usize>]) -> Option<String> {
    let mut kept = String::new();
    let mut at = from;
    for cut in cuts {
        kept.push_str(text.get(at..cut.start.max(at))?);
        at = cut.end.max(at);
    }
    kept.push_str(text.get(at..to.max(at))?);
    Some(kept)
}

/// What to cut from `[a, b]`: an item with the comma before it, the first ones with the comma behind.
fn flow(text: &str, list: Span, items: &[Span]) -> Option<Vec<Range<usize>>> {
    if text.get(list.start..list.end)?.contains('#') {
        return None;
    }
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut first_kept = list.start + 1;
    for item in items {
        let before = text.get(..item.start)?.trim_end();
        let is_first = text.get(first_kept..item.start)?.trim().is_empty();
        let after = text.get(item.end..)?;
        let rest = after.trim_start();
        let end = item.end + (after.len() - rest.len());
        if !rest.starts_with([',', ']']) {
            return None;
        }
        if is_first {
            let behind = rest.strip_prefix(',').map_or(item.end, |next| {
                let space = next.len() - next.trim_start().len();
                end + 1 + space
            });
            cuts.push(item.start..behind);
            first_kept = behind;
        } else {
            cuts.push(before.strip_suffix(',')?.len()..item.end);
        }
    }
    Some(cuts)
}

/// What to cut from a block list: the lines of the items.
fn block(text: &str, items: &[Span]) -> Option<Vec<Range<usize>>> {
    let lines = |item: &Span| {
        let start = text.get(..item.start)?.rfind('\n').map_or(0, |at| at + 1);
        let end = text.get(item.end..)?.find('\n').map_or(text.len(), |at| item.end + at + 1);
        let (before, rest) = (text.get(start..item.start)?, text.get(item.end..end)?);
        let is_alone = rest.trim().is_empty() || (rest.starts_with([' ', '\t']) && rest.trim().starts_with('#'));
        let is_item = match before.trim().split_once(' ') {
            None => before.trim() == "-",
            // The only key of a mapping: what follows is not indented like it.
            Some((dash, key)) => {
                let indent = |line: &str| line.len() - line.trim_start().len();
                let next = text.get(end..)?.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
                dash == "-" && matches!(key.trim(), "regex:" | "origin:") && indent(next) <= indent(before)
            }
        };
        (is_item && is_alone).then_some(start..end)
    };
    items.iter().map(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deletes every item that starts with `X` from the list that begins at `[` or the first `-`.
    fn delete(text: &str) -> Option<String> {
        let source = Source::new("f", text);
        let start = text.find(['[', '-']).unwrap();
        let last_line = text.rfind("- ").map_or(start, |at| at + text[at..].lines().next().unwrap().trim_end().len());
        let end = text.find(']').map_or(last_line, |at| at + 1);
        let word = |at: usize| text[at..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |length| at + length);
        let items: Vec<Place> = text.match_indices('X').map(|(at, _)| Place::from(Span::new(at, word(at)))).collect();
        let Fix { span, replacement } = delete_items(&source, Place::from(Span::new(start, end)), &items)?;
        Some(format!("{}{replacement}{}", &text[..span.start], &text[span.end..]))
    }

    #[test]
    fn what_is_left_is_a_list() {
        for (text, expected) in [
            ("k: [X, a, b]\n", Some("k: [a, b]\n")),
            ("k: [a, X, b]\n", Some("k: [a, b]\n")),
            ("k: [a, b, X]\n", Some("k: [a, b]\n")),
            ("k: [a, X1, X2]\n", Some("k: [a]\n")),
            ("k: [X1, X2, a, X3]\n", Some("k: [a]\n")),
            ("k: [X1, a, X2, b]\n", Some("k: [a, b]\n")),
            ("k: [X]\n", Some("k: []\n")),
            ("k: [X1, X2]\n", Some("k: []\n")),
            ("k: [a, X, ]\n", Some("k: [a, ]\n")),
            ("k: [\n  a,\n  X,\n  b\n]\n", Some("k: [\n  a,\n  b\n]\n")),
            ("k: [\n  X,\n  b\n]\n", Some("k: [\n  b\n]\n")),
            ("k: [\n  a, # why\n  X]\n", None),
            ("k: [a, &n X]\n", None),
            ("k:\n  - a\n  - X\n  - b\n", Some("k:\n  - a\n  - b\n")),
            ("k:\n  - a\n  - X  # why\n  - b\n", Some("k:\n  - a\n  - b\n")),
            ("k:\n  - a\n  # why\n  - X", Some("k:\n  - a\n  # why\n")),
            ("k:\r\n  - X\r\n  - b\r\n", Some("k:\r\n  - b\r\n")),
            ("k:\n  - X1\n  - a\n  - X2\n", Some("k:\n  - a\n")),
            ("k:\n  - X\nl: 1\n", Some("k: []\nl: 1\n")),
            ("k:\n- X1\n- X2\nl: 1\n", Some("k: []\nl: 1\n")),
            ("k: # why\n  - X\n", None),
            ("k:\n  - o: X\n", None),
            ("k:\n  - a\n  - regex: X\n  - b\n", Some("k:\n  - a\n  - b\n")),
            ("k:\n  - regex: X\n    accept_risks: 1\n", None),
            ("k:\n  - accept_risks: 1\n    regex: X\n", None),
            ("k:\n  - &n X\n", None),
        ] {
            assert_eq!(delete(text).as_deref(), expected, "{text:?}");
        }
    }
}

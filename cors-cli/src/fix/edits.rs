//! Edits of a text.

use std::ops::Range;

use cors_compiler::diagnostic::Fix;
use cors_compiler::source::Span;

/// A correction of the diagnostic with that id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) id: &'static str,
    pub(super) span: Span,
    /// What stands there.
    pub(super) old: String,
    pub(super) replacement: String,
}

impl Edit {
    pub(super) fn new(id: &'static str, fix: &Fix, text: &str) -> Self {
        let old = text.get(fix.span.start..fix.span.end).unwrap_or("").to_owned();
        Self { id, span: fix.span, old, replacement: fix.replacement.clone() }
    }

    /// Whether both do the same to the same words; the text before them may have changed.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.id, &self.old, &self.replacement) == (other.id, &other.old, &other.replacement)
    }

    /// Whether both change the same text, or insert something at the same place.
    pub(super) fn touches(&self, other: &Self) -> bool {
        let (a, b) = (self.span, other.span);
        (a.start < b.end && b.start < a.end) || a.start == b.start
    }
}

/// Makes the edits, which are in order and do not touch: the text, and where each edit is in it.
///
/// An edit that lies outside of the text, or cuts a character, is not made.
pub(super) fn splice(text: &str, edits: &[Edit]) -> (String, Vec<Range<usize>>) {
    let (mut spliced, mut ranges, mut from) = (String::with_capacity(text.len()), Vec::new(), 0);
    for Edit { span, replacement, .. } in edits {
        if let Some(kept) = text.get(from..span.start).filter(|_| text.get(span.start..span.end).is_some()) {
            spliced.push_str(kept);
            spliced.push_str(replacement);
            from = span.end;
        }
        ranges.push(spliced.len() - replacement.len().min(spliced.len())..spliced.len());
    }
    spliced.push_str(text.get(from..).unwrap_or(""));
    (spliced, ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        Edit { id: "", span: Span::new(start, end), old: String::new(), replacement: replacement.to_owned() }
    }

    #[test]
    fn edits_are_made_where_they_belong() {
        let edits = [edit(0, 1, "AAA"), edit(3, 3, "-"), edit(4, 6, "")];
        assert_eq!(splice("abcdefg", &edits), ("AAAbc-dg".to_owned(), vec![0..3, 5..6, 7..7]));
    }

    #[test]
    fn an_edit_that_cuts_a_character_is_not_made() {
        assert_eq!(splice("é", &[edit(1, 2, "x")]).0, "é");
        assert_eq!(splice("é", &[edit(0, 9, "x")]).0, "é");
    }

    #[test]
    fn overlapping_edits_touch() {
        assert!(edit(0, 3, "").touches(&edit(2, 4, "")));
        assert!(edit(2, 2, "").touches(&edit(2, 4, "")));
        assert!(!edit(0, 2, "").touches(&edit(2, 4, "")));
    }
}

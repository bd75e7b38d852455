//! The source text as it may be shown: no terminal escapes, no endless lines, labels in view.
//!
//! Renderers work on a window of the source in which hostile characters are replaced, long lines are
//! cut around the labels, and labels are clamped to what is shown.

use crate::source::{Source, Span};

/// A text that is safe to print: control and bidirectional formatting characters become `�`.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_hostile(c) { '\u{fffd}' } else { c }).collect()
}

/// The same on one line: line breaks and tabs become `�` as well.
#[must_use]
pub fn one_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], "\u{fffd}")
}

/// The name of a source, on one line.
#[must_use]
pub fn name(source: &Source) -> String {
    one_line(source.name())
}

/// The most characters of a message or a help that are shown.
const PROSE: usize = 600;

/// A message, fit to print: safe, on one line, and not longer than anyone reads. A message quotes the file, and
/// a line break in what it quotes must not begin a line that looks like ours.
#[must_use]
pub fn prose(text: &str) -> String {
    let mut shown: String = one_line(text).chars().take(PROSE).collect();
    if text.chars().nth(PROSE).is_some() {
        shown.push('…');
    }
    shown
}

/// A text at the beginning of a line: what CI servers would take for a command
/// (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>) gets a `|` before it.
#[must_use]
pub fn at_line_start(text: &str) -> String {
    let bare = text.trim_start();
    let indent = text.get(..text.len() - bare.len()).unwrap_or("");
    if bare.starts_with("::") { format!("{indent}| {bare}") } else { text.to_owned() }
}

/// Whether a character could move the cursor, recolour the terminal or reorder the line.
fn is_hostile(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// The most characters of a line that are shown.
const WIDTH: usize = 160;
/// How many of them may stand before the label.
const LEAD: usize = 60;

/// One line of the source, made fit to print, with the part that a label covers.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// The line's number, from 1.
    pub number: usize,
    /// What to print: at most 160 characters, with `…` where something was cut.
    pub text: String,
    /// The characters of `text` before the labelled part.
    pub before: usize,
    /// The characters of `text` in the labelled part; at least 1.
    pub width: usize,
}

/// The line on which `span` starts. A span that goes on over further lines is shown to the end of
/// its first line.
#[must_use]
pub fn line(source: &Source, span: Span) -> Line {
    let start = visible_start(source, span);
    let (line_start, raw) = source.line_at(start);
    let raw = raw.strip_prefix('\u{feff}').map_or((line_start, raw), |rest| (line_start + 3, rest));
    let (line_start, raw) = raw;
    let count = |from: usize, to: usize| {
        let to = to.clamp(from, line_start + raw.len());
        source.text().get(from..to).map_or(0, |text| text.chars().count())
    };
    let before = count(line_start, start.max(line_start));
    let width = count(start.max(line_start), span.end).max(1);
    let chars: Vec<char> = printable(&raw.replace('\t', " ")).chars().collect();
    if chars.len() <= WIDTH {
        let text: String = chars.iter().collect();
        return Line { number: source.line_column(start).0, text, before, width };
    }
    let from = before.saturating_sub(LEAD);
    let to = (from + WIDTH - 2).min(chars.len());
    let lead = if from > 0 { "…" } else { "" };
    let tail = if to < chars.len() { "…" } else { "" };
    let text = format!("{lead}{}{tail}", chars.get(from..to).unwrap_or(&[]).iter().collect::<String>());
    let before = before - from + usize::from(from > 0);
    let width = width.min(text.chars().count().saturating_sub(before)).max(1);
    Line { number: source.line_column(start).0, text, before, width }
}

/// Where a span starts to be seen: a span at the end of the file, on nothing, moves back to the last
/// thing there is.
fn visible_start(source: &Source, span: Span) -> usize {
    let text = source.text();
    let mut start = span.start.min(text.len());
    if start == text.len() {
        start = text.trim_end().len().saturating_sub(1);
    }
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_character_is_replaced_and_keeps_its_place() {
        let source = Source::new("f", "a: \u{1b}[31mred\u{202e}x\n");
        let shown = line(&source, Span::new(3, 11));
        assert_eq!(shown.text, "a: \u{fffd}[31mred\u{fffd}x");
        assert_eq!((shown.before, shown.width), (3, 8));
    }

    #[test]
    fn a_long_line_is_cut_around_the_label() {
        let source = Source::new("f", format!("{}HERE{}", "a".repeat(100_000), "b".repeat(100_000)));
        let shown = line(&source, Span::new(100_000, 100_004));
        assert!(shown.text.chars().count() <= WIDTH, "{}", shown.text.len());
        let label: String = shown.text.chars().skip(shown.before).take(shown.width).collect();
        assert_eq!(label, "HERE");
    }

    #[test]
    fn a_label_at_the_end_of_the_file_is_seen() {
        let source = Source::new("f", "version: 1\n\n");
        let shown = line(&source, Span::new(12, 12));
        assert_eq!((shown.number, shown.text.as_str(), shown.before), (1, "version: 1", 9));
        assert_eq!(line(&Source::new("f", ""), Span::new(0, 0)).text, "");
    }

    #[test]
    fn a_label_over_several_lines_is_shown_on_its_first() {
        let source = Source::new("f", "ab: cd\n    ef\n");
        let shown = line(&source, Span::new(4, 13));
        assert_eq!((shown.number, shown.before, shown.width), (1, 4, 2));
    }
}

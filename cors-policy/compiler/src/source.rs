//! A policy file's text, where it is read from, and places in it.

use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

use crate::diagnostic::display::one_line;

/// The text of one policy file and the name under which diagnostics show it.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
    not_utf8: Option<usize>,
    /// Where each line starts.
    lines: Vec<usize>,
}

/// The largest policy file that is read, in bytes.
///
/// Ten thousand origins take about 400 KB; the limit keeps a wrong path (a log, a disk image) from
/// being read into memory.
pub const MAX_SOURCE_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a policy file; `name` is what diagnostics call it.
///
/// # Errors
/// The file cannot be read, or is larger than [`MAX_SOURCE_BYTES`]; the message names it.
pub fn load(path: &Path, name: &str) -> Result<Source> {
    let file = std::fs::File::open(path).map_err(|error| unreadable(name, error.kind(), &reason(&error)))?;
    read(file, name)
}

/// Reads the text of a policy file; `name` is what diagnostics call it.
///
/// # Errors
/// It cannot be read, or is larger than [`MAX_SOURCE_BYTES`]; the message names it.
pub fn read(from: impl Read, name: &str) -> Result<Source> {
    let mut bytes = Vec::new();
    from.take(MAX_SOURCE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(name, error.kind(), &reason(&error)))?;
    if bytes.len() as u64 > MAX_SOURCE_BYTES {
        let limit = MAX_SOURCE_BYTES / (1024 * 1024);
        return Err(unreadable(name, ErrorKind::InvalidData, &format!("it is larger than {limit} MiB")));
    }
    Ok(Source::from_bytes(name, bytes))
}

fn unreadable(name: &str, kind: ErrorKind, why: &str) -> Error {
    Error::new(kind, format!("cannot read {}: {why}", one_line(name)))
}

/// What the system says went wrong, as part of a message: `no such file or directory`.
#[must_use]
pub fn reason(error: &Error) -> String {
    // What wraps an error of the system names things that nobody knows, such as temporary files.
    let Some(code) = error.raw_os_error() else { return error.kind().to_string() };
    let text = Error::from_raw_os_error(code).to_string();
    let text = text.strip_suffix(&format!(" (os error {code})")).unwrap_or(&text);
    let mut characters = text.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}

impl Source {
    /// A source named `name` (usually the path as the user gave it) that holds `text`.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let bytes = text.as_bytes();
        let ends_line = |&at: &usize| match bytes.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let lines = std::iter::once(0).chain((0..bytes.len()).filter(ends_line).map(|at| at + 1)).collect();
        Self { name: name.into(), text, not_utf8: None, lines }
    }

    /// A source from the bytes of a file. Bytes that are not UTF-8 become `�`; reading such a source
    /// is a fault, which shows the first of them.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::new(name, text),
            Err(error) => {
                let source = Self::new(name, String::from_utf8_lossy(error.as_bytes()));
                Self { not_utf8: Some(error.utf8_error().valid_up_to()), ..source }
            }
        }
    }

    /// Where the file stopped being UTF-8, if it did.
    #[must_use]
    pub fn not_utf8(&self) -> Option<usize> {
        self.not_utf8
    }

    /// The name under which diagnostics show this source.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that `span` covers; empty if the span does not lie on character boundaries of it.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// The line and column of a byte offset, both counted from 1, the column in characters.
    ///
    /// An offset past the end counts as the end. `\n`, `\r\n` and a lone `\r` end a line, as in YAML.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let row = self.lines.partition_point(|&start| start <= end);
        let start = self.lines.get(row.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..end).unwrap_or("");
        (row, before.chars().filter(|&c| c != '\u{feff}').count() + 1)
    }

    /// The line of text (without its line break) that holds a byte offset, and where it starts.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> (usize, &str) {
        let bytes = self.text.as_bytes();
        let offset = offset.min(bytes.len());
        let is_break = |b: u8| b == b'\n' || b == b'\r';
        let start = bytes.iter().take(offset).rposition(|&b| is_break(b)).map_or(0, |i| i + 1);
        let end = bytes.iter().skip(start).position(|&b| is_break(b)).map_or(bytes.len(), |i| start + i);
        (start, self.text.get(start..end).unwrap_or(""))
    }
}

/// A half-open range of byte offsets in a [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to before `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Whether all of `other` lies within this.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Where something was written, and, if it was reached through a YAML alias, where that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The text itself.
    pub span: Span,
    /// The alias (`*name`) through which it is used here.
    pub alias: Option<Span>,
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self { span, alias: None }
    }
}

impl<T> From<&Spanned<T>> for Place {
    fn from(spanned: &Spanned<T>) -> Self {
        spanned.place
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub place: Place,
}

impl<T> Spanned<T> {
    /// `value`, written at `place`.
    pub fn new(value: T, place: impl Into<Place>) -> Self {
        Self { value, place: place.into() }
    }

    /// The span of the text itself.
    pub fn span(&self) -> Span {
        self.place.span
    }

    /// Another value at the same place.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), place: self.place }
    }

    /// A reference to the value, at the same place.
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, place: self.place }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let source = Source::new("f", "a\nbé c\r\nd\re");
        for (offset, expected) in
            [(0, (1, 1)), (1, (1, 2)), (2, (2, 1)), (5, (2, 3)), (9, (3, 1)), (11, (4, 1)), (99, (4, 2))]
        {
            assert_eq!(source.line_column(offset), expected, "offset {offset}");
        }
        assert_eq!(source.line_at(4), (2, "bé c"));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(Source::new("f", "\u{feff}ab").line_column(4), (1, 2));
    }
}

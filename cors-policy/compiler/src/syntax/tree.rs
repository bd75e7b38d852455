//! The spanned tree: what a policy file says, before anything is typed.
//!
//! Collections are shared, so that a node behind an alias is never copied.

use std::borrow::Cow;
use std::rc::Rc;

use crate::source::{Place, Span, Spanned};

/// A value of the file, and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// The text itself. A value that was left out has the span of its key, or of its `-`.
    pub span: Span,
    /// The alias that stands here for the text.
    pub alias: Option<Span>,
}

/// An entry of a mapping. The key is a string; everything else was refused.
pub type Entry = (Spanned<Rc<str>>, Node);

/// What a node is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Nothing was written, as in `key:`.
    Empty,
    /// A scalar.
    Scalar {
        /// The text, escapes resolved.
        text: Rc<str>,
        /// Written without quotes, so that it may mean a number, a boolean or null.
        plain: bool,
    },
    /// A list.
    Sequence(Rc<[Node]>),
    /// A mapping, in the order of the text, each key once.
    Mapping(Rc<[Entry]>),
    /// Something faulty that is reported already.
    Bad,
}

impl Node {
    /// A node that is written where it is used.
    #[must_use]
    pub fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, alias: None }
    }

    /// Where the node stands.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { span: self.span, alias: self.alias }
    }

    /// What the node means in the core schema of YAML 1.2.
    #[must_use]
    pub fn meaning(&self) -> Meaning<'_> {
        match &self.kind {
            Kind::Empty => Meaning::Null,
            Kind::Scalar { text, plain: true } => plain_meaning(text),
            Kind::Scalar { text, plain: false } => Meaning::Text(text),
            Kind::Sequence(items) => Meaning::List(items),
            Kind::Mapping(entries) => Meaning::Mapping(entries),
            Kind::Bad => Meaning::Bad,
        }
    }
}

/// What a node means.
#[derive(Debug, Clone, Copy)]
pub enum Meaning<'a> {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number of 64 bits, with or without a sign.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// Digits after a zero: octal to a YAML 1.1 reader, decimal to others.
    LeadingZero,
    /// A string.
    Text(&'a str),
    /// A list.
    List(&'a [Node]),
    /// A mapping.
    Mapping(&'a [Entry]),
    /// Something faulty that is reported already.
    Bad,
}

/// What an unquoted scalar means in the core schema of YAML 1.2.
#[must_use]
pub fn plain_meaning(text: &str) -> Meaning<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Meaning::Null,
        "true" | "True" | "TRUE" => Meaning::Boolean(true),
        "false" | "False" | "FALSE" => Meaning::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => Meaning::Float(f64::NAN),
        _ => number(text).unwrap_or(Meaning::Text(text)),
    }
}

/// The number that a plain scalar means, if it means one.
fn number(text: &str) -> Option<Meaning<'static>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
        return Some(Meaning::Float(sign * f64::INFINITY));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        // A sign is not part of these forms, before or after the prefix.
        let digits = text.strip_prefix(prefix).filter(|digits| !digits.starts_with(['-', '+']));
        if let Some(value) = digits.and_then(|digits| u64::from_str_radix(digits, radix).ok()) {
            return Some(Meaning::Integer(value.into()));
        }
    }
    let begins = unsigned.strip_prefix('.').unwrap_or(unsigned);
    if !begins.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits_only = unsigned.bytes().all(|b| b.is_ascii_digit());
    if digits_only && unsigned.len() > 1 && unsigned.starts_with('0') {
        return Some(Meaning::LeadingZero);
    }
    let in_range = |n: &i128| (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(n);
    if let Some(value) = text.parse::<i128>().ok().filter(in_range) {
        return Some(Meaning::Integer(value));
    }
    // The grammar of Rust's floats is the core schema's, once the words are ruled out.
    text.parse::<f64>().ok().map(Meaning::Float)
}

/// `text` as a quoted scalar.
#[must_use]
pub(super) fn quoted(text: &str) -> String {
    if text.contains(['\\', '"']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// The beginning of `text`, for use within a sentence: no line break, no endless words.
#[must_use]
pub(super) fn excerpt(text: &str) -> Cow<'_, str> {
    let line = text.split(['\n', '\r']).next().unwrap_or("");
    let end = line.char_indices().nth(80).map_or(line.len(), |(end, _)| end);
    match text.get(..end) {
        Some(beginning) if end < text.len() => Cow::Owned(format!("{beginning}…")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, expected) in [
            ("", "Null"),
            ("~", "Null"),
            ("null", "Null"),
            ("nUll", "Text(\"nUll\")"),
            ("True", "Boolean(true)"),
            ("FALSE", "Boolean(false)"),
            ("yes", "Text(\"yes\")"),
            ("no", "Text(\"no\")"),
            ("0", "Integer(0)"),
            ("-0", "Integer(0)"),
            ("+12", "Integer(12)"),
            ("-7", "Integer(-7)"),
            ("0x1F", "Integer(31)"),
            ("0o17", "Integer(15)"),
            ("-0x1", "Text(\"-0x1\")"),
            ("0x", "Text(\"0x\")"),
            ("0x+1", "Text(\"0x+1\")"),
            ("18446744073709551615", "Integer(18446744073709551615)"),
            ("18446744073709551616", "Float(1.8446744073709552e19)"),
            ("0600", "LeadingZero"),
            ("-00", "LeadingZero"),
            ("1.", "Float(1.0)"),
            (".5", "Float(0.5)"),
            ("1e3", "Float(1000.0)"),
            ("1e", "Text(\"1e\")"),
            (".", "Text(\".\")"),
            ("-", "Text(\"-\")"),
            ("..1", "Text(\"..1\")"),
            ("-.inf", "Float(-inf)"),
            (".nan", "Float(NaN)"),
            ("inf", "Text(\"inf\")"),
            ("nan", "Text(\"nan\")"),
            ("1_000", "Text(\"1_000\")"),
            ("1:30", "Text(\"1:30\")"),
            ("1.2.3", "Text(\"1.2.3\")"),
            ("10m", "Text(\"10m\")"),
        ] {
            assert_eq!(format!("{:?}", plain_meaning(text)), expected, "{text}");
        }
    }

    #[test]
    fn quoting_keeps_backslashes_as_they_are() {
        assert_eq!(quoted("*.a"), "\"*.a\"");
        assert_eq!(quoted("it's \\d"), "'it''s \\d'");
    }

    #[test]
    fn an_excerpt_is_short_and_on_one_line() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt("two\nlines"), "two…");
        assert_eq!(excerpt(&"é".repeat(100)).chars().count(), 81);
    }
}

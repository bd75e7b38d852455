//! Diagnostics as data: what is wrong, where, and what to write instead.

pub mod code;
pub mod display;
#[cfg(feature = "miette")]
mod miette;
pub mod plain;

use std::fmt;

pub use code::Code;

#[cfg(feature = "miette")]
pub use self::miette::Report;

use crate::source::{Place, Source, Span};

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; shown on request.
    Info,
    /// Compiles, but is probably not what was meant.
    Warning,
    /// Nothing is compiled.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in the source with a few words about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text that is meant.
    pub span: Span,
    /// What there is to say about it; may be empty.
    pub text: String,
}

/// A correction that a machine may apply: replace the text at `span`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The text to replace.
    pub span: Span,
    /// What to write there.
    pub replacement: String,
}

/// One finding. The first label is the primary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule it is.
    pub code: &'static Code,
    /// The code's severity, unless the circumstances weigh otherwise.
    pub severity: Severity,
    /// One line: lower case, no full stop, the user's text in backticks.
    pub message: String,
    /// The places it speaks of.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// The same, for a machine.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic of `code` with its usual severity.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity, message: message.into(), labels: Vec::new(), help: None, fix: None }
    }

    /// Adds a label; the first one added is the primary one. A place reached through a YAML alias
    /// gets a second label on the alias.
    #[must_use]
    pub fn at(mut self, place: impl Into<Place>, text: impl Into<String>) -> Self {
        let place = place.into();
        self.labels.push(Label { span: place.span, text: text.into() });
        if let Some(alias) = place.alias {
            self.labels.push(Label { span: alias, text: "used through this alias".to_owned() });
        }
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a machine-applicable correction.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// Gives it another severity than its code's.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The span of the primary label; the start of the file if there is none.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels.first().map_or(Span::default(), |label| label.span)
    }
}

/// Everything found in one file.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    omitted: usize,
}

/// The most findings of one file that are kept; nobody reads more.
pub const MOST_DIAGNOSTICS: usize = 1_000;

impl Diagnostics {
    /// Nothing found yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a diagnostic. Beyond [`MOST_DIAGNOSTICS`] they are only counted; an error is kept in place
    /// of what weighs less.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.len() < MOST_DIAGNOSTICS {
            self.list.push(diagnostic);
            return;
        }
        self.omitted += 1;
        if diagnostic.severity == Severity::Error
            && let Some(lighter) = self.list.iter_mut().find(|kept| kept.severity < Severity::Error)
        {
            *lighter = diagnostic;
        }
    }

    /// Counts findings that are not kept.
    pub fn omit(&mut self, count: usize) {
        self.omitted += count;
    }

    /// How many were found beyond those that are kept.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// What was found so far.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Whether any of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// All of them, in the order of the text, each once (what stands behind an alias is read once
    /// per use).
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        let key = |d: &Diagnostic| (d.span(), std::cmp::Reverse(d.severity), d.code.id, d.message.clone());
        self.list.sort_by_cached_key(key);
        self.list.dedup_by(|a, b| a.code.id == b.code.id && a.span() == b.span() && a.message == b.message);
        self.list
    }
}

/// No name is this long; a longer word is not compared, so that the comparison stays cheap.
const LONGEST_MISSPELLING: usize = 96;

/// The name that is nearest to `word`, if it is near enough to be a misspelling of it.
#[must_use]
pub fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LONGEST_MISSPELLING {
        return None;
    }
    let limit = 1 + length / 4;
    names
        .into_iter()
        .filter(|name| name.len().abs_diff(word.len()) <= 4 * limit)
        .map(|name| (edit_distance(word, name), name))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// How many characters must be inserted, deleted, replaced or swapped with their neighbour to turn
/// `a` into `b`.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = a[i - 1] == b[j - 1];
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + usize::from(!same));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// Renders every diagnostic plainly, one after the other.
#[must_use]
pub fn render_plain(source: &Source, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| plain::render(source, d)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_proposed_and_a_far_one_is_not() {
        let keys = ["allow_origins", "allow_methods", "max_age"];
        for (word, expected) in [
            ("allow_origin", Some("allow_origins")),
            ("alow_methods", Some("allow_methods")),
            ("maxage", Some("max_age")),
            ("mxa_age", Some("max_age")),
            ("credentials", None),
        ] {
            assert_eq!(did_you_mean(word, keys), expected, "{word}");
        }
    }
}

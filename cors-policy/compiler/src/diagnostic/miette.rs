//! A diagnostic and its source as a `miette::Diagnostic`, for the renderers that take one.
//!
//! The renderer sees a window, not the file: only the lines that carry labels, made printable. That
//! is how one hundred-kilobyte line, or a terminal escape in a policy, stays harmless.

use std::collections::BTreeSet;
use std::fmt;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::display::{self, Line, line, prose};
use super::{Diagnostic, Severity};
use crate::source::Source;

/// One finding, ready for a `miette` report handler.
#[derive(Debug)]
pub struct Report {
    severity: Severity,
    id: &'static str,
    message: String,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    window: Window,
}

impl Report {
    /// The report of `diagnostic` about `source`.
    #[must_use]
    pub fn new(source: &Source, diagnostic: &Diagnostic) -> Self {
        let (_, column) = source.line_column(diagnostic.span().start);
        let shown: Vec<Line> = diagnostic.labels.iter().map(|label| line(source, label.span)).collect();
        let window = Window::new(display::name(source), column, &shown);
        let mut labels = Vec::new();
        for (index, (label, line)) in diagnostic.labels.iter().zip(&shown).enumerate() {
            let span = window.span(line);
            let text = (!label.text.is_empty()).then(|| prose(&label.text));
            labels.push(match index {
                0 => LabeledSpan::new_primary_with_span(text, span),
                _ => LabeledSpan::new_with_span(text, span),
            });
        }
        Self {
            severity: diagnostic.severity,
            id: diagnostic.code.id,
            message: prose(&diagnostic.message),
            help: diagnostic.help.as_deref().map(prose),
            labels,
            window,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.id))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.labels.is_empty()).then_some(&self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// The printable lines that carry labels, in order, each ended by a line break.
#[derive(Debug)]
struct Window {
    name: String,
    /// The column of the primary label in the file, from 1.
    column: usize,
    text: String,
    lines: Vec<Row>,
}

/// A line of the window: its number in the file, from 1, and where it stands in the window.
#[derive(Debug)]
struct Row {
    number: usize,
    start: usize,
    end: usize,
}

impl Window {
    fn new(name: String, column: usize, shown: &[Line]) -> Self {
        let unique: BTreeSet<(usize, &str)> = shown.iter().map(|line| (line.number, line.text.as_str())).collect();
        let (mut text, mut lines) = (String::new(), Vec::new());
        for (number, line) in unique {
            let start = text.len();
            text.push_str(line);
            lines.push(Row { number, start, end: text.len() });
            text.push('\n');
        }
        Self { name, column, text, lines }
    }

    /// The part that a label covers, as an offset into the window.
    fn span(&self, label: &Line) -> SourceSpan {
        let bytes = |from: usize, count: usize| -> usize {
            label.text.chars().skip(from).take(count).map(char::len_utf8).sum()
        };
        let holds = |row: &&Row| row.number == label.number && self.text.get(row.start..row.end) == Some(&label.text);
        let start = self.lines.iter().find(holds).map_or(0, |row| row.start);
        SourceSpan::from((start + bytes(0, label.before), bytes(label.before, label.width)))
    }
}

impl SourceCode for Window {
    /// Reads whole lines, without context. Lines that do not follow each other in the file are not
    /// read together, so the renderer shows them as separate snippets with the right numbers.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (from, to) = (span.offset(), span.offset() + span.len());
        let touched: Vec<&Row> = self.lines.iter().filter(|row| row.start <= to && from <= row.end).collect();
        let consecutive = touched.windows(2).all(|pair| pair[0].number + 1 == pair[1].number);
        let (Some(first), Some(last), true) = (touched.first(), touched.last(), consecutive) else {
            return Err(MietteError::OutOfBounds);
        };
        let data = self.text.as_bytes().get(first.start..=last.end).ok_or(MietteError::OutOfBounds)?;
        let span = SourceSpan::from((first.start, data.len()));
        // Asked for no context, the renderer wants to know where the primary label is.
        let column = if (lines_before, lines_after) == (0, 0) { self.column - 1 } else { 0 };
        let line = first.number - 1;
        let contents = MietteSpanContents::new_named(self.name.clone(), data, span, line, column, touched.len());
        Ok(Box::new(contents))
    }
}

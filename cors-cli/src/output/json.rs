//! One JSON document for the whole run. `docs/json.md` describes every field.

use std::collections::BTreeMap;

use cors_compiler::diagnostic::display::prose;
use cors_compiler::diagnostic::{Code, Diagnostic};
use cors_compiler::source::{Source, Span};
use serde::Serialize;

use super::Tally;
use crate::fix::{Applied, Refused};

/// The version of the format. A reader that knows it may ignore fields that it does not know.
const VERSION: u32 = 1;

#[derive(Debug, Serialize)]
pub(super) struct Document {
    version: u32,
    tool: Tool,
    diagnostics: Vec<Finding>,
    unreadable: Vec<Unreadable>,
    fixed: Vec<Fixed>,
    refused: Vec<NotFixed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanations: Option<BTreeMap<&'static str, &'static str>>,
    summary: Summary,
}

#[derive(Debug, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct Finding {
    id: &'static str,
    severity: String,
    message: String,
    help: Option<String>,
    file: String,
    #[serde(flatten)]
    place: Place,
    labels: Vec<Label>,
    fixes: Vec<Fix>,
}

/// A range of the file: bytes from 0, lines and columns (in characters) from 1, ends excluded.
#[derive(Debug, Serialize)]
struct Place {
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Debug, Serialize)]
struct Label {
    primary: bool,
    text: String,
    #[serde(flatten)]
    place: Place,
}

#[derive(Debug, Serialize)]
struct Fix {
    replacement: String,
    #[serde(flatten)]
    place: Place,
}

#[derive(Debug, Serialize)]
struct Unreadable {
    file: String,
    message: String,
}

#[derive(Debug, Serialize)]
struct Fixed {
    id: &'static str,
    file: String,
    line: usize,
    column: usize,
    message: String,
}

#[derive(Debug, Serialize)]
struct NotFixed {
    #[serde(flatten)]
    fix: Fixed,
    reason: String,
}

#[derive(Debug, Default, Serialize)]
struct Summary {
    files: usize,
    unreadable: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    omitted: usize,
    fixable: usize,
    fixed: usize,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            version: VERSION,
            tool: Tool { name: "cors", version: env!("CARGO_PKG_VERSION") },
            diagnostics: Vec::new(),
            unreadable: Vec::new(),
            fixed: Vec::new(),
            refused: Vec::new(),
            explanations: None,
            summary: Summary::default(),
        }
    }
}

impl Document {
    pub(super) fn add(&mut self, source: &Source, diagnostic: &Diagnostic) {
        let place = |span| Place::new(source, span);
        let labels = diagnostic.labels.iter().enumerate().map(|(index, label)| Label {
            primary: index == 0,
            text: prose(&label.text),
            place: place(label.span),
        });
        let fixes = diagnostic.fix.iter();
        let fixes = fixes.map(|fix| Fix { replacement: fix.replacement.clone(), place: place(fix.span) });
        self.diagnostics.push(Finding {
            id: diagnostic.code.id,
            severity: diagnostic.severity.to_string(),
            message: prose(&diagnostic.message),
            help: diagnostic.help.as_deref().map(prose),
            file: source.name().to_owned(),
            place: place(diagnostic.span()),
            labels: labels.collect(),
            fixes: fixes.collect(),
        });
    }

    pub(super) fn unreadable(&mut self, file: &str, message: &str) {
        self.unreadable.push(Unreadable { file: file.to_owned(), message: prose(message) });
    }

    pub(super) fn fixed(&mut self, source: &Source, applied: &[Applied], refused: &[Refused]) {
        let fixed = |fix: &Applied| Fixed {
            id: fix.id,
            file: source.name().to_owned(),
            line: fix.line,
            column: fix.column,
            message: prose(&fix.message),
        };
        self.fixed.extend(applied.iter().map(fixed));
        let refused =
            refused.iter().map(|refused| NotFixed { fix: fixed(&refused.fix), reason: prose(&refused.reason) });
        self.refused.extend(refused);
    }

    pub(super) fn explain(&mut self, codes: &[&'static Code]) {
        self.explanations = Some(codes.iter().map(|code| (code.id, code.explanation)).collect());
    }

    /// The whole document.
    pub(super) fn finish(&mut self, tally: Tally) -> std::io::Result<String> {
        let Tally { files, errors, warnings, infos, omitted, fixable, unreadable } = tally;
        let fixed = self.fixed.len();
        self.summary = Summary { files, unreadable, errors, warnings, infos, omitted, fixable, fixed };
        Ok(serde_json::to_string_pretty(self)?)
    }
}

impl Place {
    fn new(source: &Source, span: Span) -> Self {
        let (line, column) = source.line_column(span.start);
        let (end_line, end_column) = source.line_column(span.end);
        Self { start: span.start, end: span.end, line, column, end_line, end_column }
    }
}

//! The reader as a whole: every fault at its place, hostile files, and an independent oracle.

mod faults;
mod hostile;
#[cfg(feature = "files")]
mod oracle;
mod places;

use super::{File, Parsed};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Source;

/// What reading a file gives.
fn read(text: &str) -> (Option<Parsed<File>>, Vec<Diagnostic>, Source) {
    let source = Source::new("policy.yaml", text);
    let mut diagnostics = Diagnostics::new();
    let file = super::parse(&source, &mut diagnostics);
    (file, diagnostics.into_sorted(), source)
}

/// The diagnostics of a file as `id line:column`, in the order of the text.
fn found(text: &str) -> Vec<String> {
    let (_, diagnostics, source) = read(text);
    let show = |d: &Diagnostic| {
        let (line, column) = source.line_column(d.span().start);
        format!("{} {line}:{column}", d.code.id)
    };
    diagnostics.iter().map(show).collect()
}

/// The one diagnostic of a file.
fn only(text: &str) -> Diagnostic {
    let (_, mut diagnostics, _) = read(text);
    assert_eq!(diagnostics.len(), 1, "{text}: {diagnostics:?}");
    diagnostics.remove(0)
}

/// The file with a diagnostic's fix applied.
fn fixed(text: &str, diagnostic: &Diagnostic) -> Option<String> {
    let fix = diagnostic.fix.as_ref()?;
    let mut text = text.to_owned();
    text.replace_range(fix.span.start..fix.span.end, &fix.replacement);
    Some(text)
}

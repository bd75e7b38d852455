//! Workflow commands, which GitHub shows as annotations of a change.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use cors_compiler::diagnostic::display::{printable, prose};
use cors_compiler::diagnostic::{Diagnostic, Severity};
use cors_compiler::source::Source;

/// The command that annotates a diagnostic.
pub(super) fn command(source: &Source, diagnostic: &Diagnostic) -> String {
    let span = diagnostic.span();
    let (line, column) = source.line_column(span.start);
    let (end_line, end_column) = source.line_column(span.end.max(span.start));
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties =
        format!("file={},line={line},endLine={end_line}", property(source.name().trim_start_matches("./")));
    // Columns mean something within one line only.
    if line == end_line {
        properties.push_str(&format!(",col={column},endColumn={end_column}"));
    }
    let mut message = prose(&diagnostic.message);
    for label in diagnostic.labels.iter().skip(1).filter(|label| !label.text.is_empty()) {
        let (line, column) = source.line_column(label.span.start);
        message.push_str(&format!("\nline {line}, column {column}: {}", prose(&label.text)));
    }
    if let Some(help) = &diagnostic.help {
        message.push_str(&format!("\nhelp: {}", prose(help)));
    }
    format!("::{level} {properties},title={}::{}", property(diagnostic.code.id), data(&message))
}

/// The command for a file that cannot be read.
pub(super) fn unreadable(file: &str, message: &str) -> String {
    format!("::error file={}::{}", property(file.trim_start_matches("./")), data(&prose(message)))
}

/// A message as the data of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of a property of a command.
fn property(text: &str) -> String {
    data(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use cors_compiler::diagnostic::code::WILDCARD_WITH_CREDENTIALS;
    use cors_compiler::source::Span;

    #[test]
    fn what_would_end_a_property_or_a_line_is_escaped() {
        let source = Source::new("./a,b:c%\r\nd.yaml", "é: x\ny: z\n");
        let diagnostic = Diagnostic::new(&WILDCARD_WITH_CREDENTIALS, "100%: a,\n::error::b")
            .at(Span::new(4, 5), "")
            .at(Span::new(9, 10), "and this")
            .help("mend it");
        assert_eq!(
            command(&source, &diagnostic),
            "::error file=a%2Cb%3Ac%25\u{fffd}%0Ad.yaml,line=1,endLine=1,col=4,endColumn=5,\
             title=wildcard-with-credentials::100%25: a,\u{fffd}::error::b%0Aline 2, column 4: and this%0Ahelp: mend it"
        );
    }

    #[test]
    fn a_place_of_several_lines_has_no_columns() {
        let source = Source::new("f", "a:\n  b\n");
        let diagnostic = Diagnostic::new(&WILDCARD_WITH_CREDENTIALS, "m").at(Span::new(0, 6), "");
        assert_eq!(command(&source, &diagnostic), "::error file=f,line=1,endLine=2,title=wildcard-with-credentials::m");
    }
}

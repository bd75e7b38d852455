//! The plain renderer: for logs, pipes and `compile_error!`. No colour, no box drawing.

use std::fmt::Write as _;

use super::Diagnostic;
use super::display::{self, line, prose};
use crate::source::Source;

/// Renders one diagnostic as a headline, the lines it speaks of, and the help.
///
/// ```text
/// shop.yaml:4:20: error[wildcard-with-credentials]: `*` cannot be combined with credentials
///   4 |     allow_origins: "*"
///     |                    ^^^ every origin is allowed here
///   5 |     allow_credentials: true
///     |                        ---- and credentials here
///   help: list the origins that may use credentials
/// ```
#[must_use]
pub fn render(source: &Source, diagnostic: &Diagnostic) -> String {
    let Diagnostic { severity, code, message, .. } = diagnostic;
    format!(
        "{}: {severity}[{}]: {}\n{}",
        location(source, diagnostic),
        code.id,
        prose(message),
        excerpt(source, diagnostic)
    )
}

/// `file:line:column` of the primary label.
#[must_use]
pub fn location(source: &Source, diagnostic: &Diagnostic) -> String {
    let (row, column) = source.line_column(diagnostic.span().start);
    format!("{}:{row}:{column}", display::name(source))
}

/// The lines that the diagnostic speaks of, and the help: what [`render`] prints below the headline.
#[must_use]
pub fn excerpt(source: &Source, diagnostic: &Diagnostic) -> String {
    let mut out = String::new();
    let shown: Vec<_> = diagnostic.labels.iter().map(|label| (label, line(source, label.span))).collect();
    let gutter = shown.iter().map(|(_, line)| line.number.to_string().len()).max().unwrap_or(1);
    for (index, (label, line)) in shown.iter().enumerate() {
        let repeated = index > 0 && shown[index - 1].1.number == line.number && shown[index - 1].1.text == line.text;
        let mark = if index == 0 { "^" } else { "-" };
        if !repeated {
            let _ = writeln!(out, "  {:>gutter$} | {}", line.number, line.text.trim_end());
        }
        let pointer = format!("{}{} {}", " ".repeat(line.before), mark.repeat(line.width), prose(&label.text));
        let _ = writeln!(out, "  {:gutter$} | {}", "", pointer.trim_end());
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  help: {}", prose(help));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::code;
    use crate::source::Span;

    #[test]
    fn both_places_of_a_conflict_are_shown() {
        let source = Source::new("shop.yaml", "a: \"*\"\ncredentials: true\n");
        let diagnostic = Diagnostic::new(&code::WILDCARD_WITH_CREDENTIALS, "`*` cannot be combined with credentials")
            .at(Span::new(3, 6), "every origin")
            .at(Span::new(20, 24), "credentials")
            .help("list the origins");
        let expected = "\
shop.yaml:1:4: error[wildcard-with-credentials]: `*` cannot be combined with credentials
  1 | a: \"*\"
    |    ^^^ every origin
  2 | credentials: true
    |              ---- credentials
  help: list the origins
";
        assert_eq!(render(&source, &diagnostic), expected);
    }
}

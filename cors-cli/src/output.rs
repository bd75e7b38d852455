//! Printing what was found, in one of five formats.

pub(crate) mod diff;
mod github;
mod human;
mod json;
pub(crate) mod junit;
pub(crate) mod progress;
pub(crate) mod results;
mod sarif;
mod stream;

use std::io::{BufWriter, IsTerminal as _, Write};

use cors_compiler::diagnostic::{Code, Diagnostic, Severity, display, plain};
use cors_compiler::source::{Place, Source};

use self::stream::Stream;
pub(crate) use self::stream::{print, printed, tell};
use crate::cli::Format;
use crate::fix::{Applied, Refused};

/// Prints diagnostics to a stream, in a format.
pub(crate) struct Printer {
    out: BufWriter<Stream>,
    style: Style,
    tally: Tally,
}

/// A format, and for those that are one document, what it holds so far.
enum Style {
    Human { colour: bool },
    Plain,
    Github,
    Json(Box<json::Document>),
    Sarif(Box<sarif::Log>),
}

/// How much was found.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) files: usize,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) infos: usize,
    /// Found, but more than anyone reads.
    pub(crate) omitted: usize,
    /// Corrections that a machine may apply.
    pub(crate) fixable: usize,
    pub(crate) unreadable: usize,
}

impl Printer {
    /// To standard output, for a command whose results they are.
    pub(crate) fn stdout(format: Option<Format>) -> Self {
        Self::new(Stream::stdout(), std::io::stdout().is_terminal(), format)
    }

    /// To standard error, for a command that prints something else.
    pub(crate) fn stderr(format: Option<Format>) -> Self {
        Self::new(Stream::stderr(), std::io::stderr().is_terminal(), format)
    }

    fn new(out: Stream, terminal: bool, format: Option<Format>) -> Self {
        // https://no-color.org
        let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let style = match format.unwrap_or(if terminal { Format::Human } else { Format::Plain }) {
            Format::Human => Style::Human { colour },
            Format::Plain => Style::Plain,
            Format::Github => Style::Github,
            Format::Json => Style::Json(Box::default()),
            Format::Sarif => Style::Sarif(Box::default()),
        };
        Self { out: BufWriter::new(out), style, tally: Tally::default() }
    }

    /// Prints what was found in a file; `omitted` is how much there is beyond that.
    pub(crate) fn file<'d>(
        &mut self,
        source: &Source,
        diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
        omitted: usize,
    ) -> std::io::Result<()> {
        self.tally.files += 1;
        self.tally.omitted += omitted;
        for diagnostic in diagnostics {
            self.tally.add(diagnostic);
            match &mut self.style {
                Style::Human { colour } => writeln!(self.out, "{}", human::render(source, diagnostic, *colour))?,
                Style::Plain => writeln!(self.out, "{}", plain::render(source, diagnostic))?,
                Style::Github => writeln!(self.out, "{}", github::command(source, diagnostic))?,
                Style::Json(document) => document.add(source, diagnostic),
                Style::Sarif(log) => log.add(source, diagnostic),
            }
        }
        if omitted > 0 && matches!(self.style, Style::Human { .. } | Style::Plain) {
            writeln!(self.out, "{}: {omitted} more are not shown\n", display::name(source))?;
        }
        Ok(())
    }

    /// Notes a file that could not be read, which people are told of on standard error.
    pub(crate) fn unreadable(&mut self, file: &str, message: &str) -> std::io::Result<()> {
        self.tally.unreadable += 1;
        match &mut self.style {
            Style::Human { .. } | Style::Plain => {}
            Style::Github => writeln!(self.out, "{}", github::unreadable(file, message))?,
            Style::Json(document) => document.unreadable(file, message),
            Style::Sarif(log) => log.unreadable(message),
        }
        Ok(())
    }

    /// Notes what was corrected, which people are told of on standard error.
    pub(crate) fn fixed(&mut self, source: &Source, applied: &[Applied], refused: &[Refused]) {
        if let Style::Json(document) = &mut self.style {
            document.fixed(source, applied, refused);
        }
    }

    /// Prints the pages of some ids. SARIF carries all of them anyway.
    pub(crate) fn explain(&mut self, codes: &[&'static Code]) -> std::io::Result<()> {
        match &mut self.style {
            Style::Human { .. } | Style::Plain | Style::Github => {
                for code in codes {
                    writeln!(self.out, "{}\n", code.explanation.trim())?;
                }
            }
            Style::Json(document) => document.explain(codes),
            Style::Sarif(_) => {}
        }
        Ok(())
    }

    /// Ends a document, and writes out what is buffered.
    pub(crate) fn finish(&mut self) -> std::io::Result<Tally> {
        let document = match &mut self.style {
            Style::Human { .. } | Style::Plain | Style::Github => None,
            Style::Json(document) => Some(document.finish(self.tally)?),
            Style::Sarif(log) => Some(log.finish(self.tally)?),
        };
        if let Some(document) = document {
            self.out.write_all(ascii(&document).as_bytes())?;
            self.out.write_all(b"\n")?;
        }
        self.out.flush()?;
        Ok(self.tally)
    }
}

/// Why something is as it is, and the line of the policy that says so: two indented lines of text.
pub(crate) fn excerpt(source: &Source, place: Place, why: &str) -> String {
    let line = display::line(source, place.span);
    let (_, column) = source.line_column(place.span.start);
    let name = display::name(source);
    format!(
        "  {name}:{}:{column}: {}\n    {}\n",
        line.number,
        display::prose(why),
        display::at_line_start(line.text.trim())
    )
}

impl Tally {
    fn add(&mut self, diagnostic: &Diagnostic) {
        self.fixable += usize::from(diagnostic.fix.is_some());
        *match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Info => &mut self.infos,
        } += 1;
    }
}

/// JSON with everything but ASCII escaped, so that nothing in it can touch a terminal. (What is not
/// ASCII, or is DEL, stands in strings only.)
pub(crate) fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '\u{7f}' {
            text.push(c);
        } else {
            let mut units = [0; 2];
            text.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_is_escaped_to_ascii() {
        for text in ["é", "\u{1f600}", "\u{7f}\u{9b}\u{202e}", "\u{1b}[31m\n"] {
            let json = super::ascii(&serde_json::to_string(text).unwrap());
            assert!(json.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}

//! Printing diagnostics.

mod human;

use std::io::{IsTerminal as _, Write};

use cors_compiler::diagnostic::{Diagnostic, plain};
use cors_compiler::source::Source;

use crate::cli::Format;

/// Prints diagnostics to a stream, in a format.
pub(crate) struct Printer {
    out: std::io::BufWriter<Box<dyn Write>>,
    format: Format,
    colour: bool,
}

impl Printer {
    /// To standard output, for a command whose results they are.
    pub(crate) fn stdout(format: Option<Format>) -> Self {
        Self::new(Box::new(std::io::stdout()), std::io::stdout().is_terminal(), format)
    }

    /// To standard error, for a command that prints something else.
    pub(crate) fn stderr(format: Option<Format>) -> Self {
        Self::new(Box::new(std::io::stderr()), std::io::stderr().is_terminal(), format)
    }

    fn new(out: Box<dyn Write>, terminal: bool, format: Option<Format>) -> Self {
        let format = format.unwrap_or(if terminal { Format::Human } else { Format::Plain });
        // https://no-color.org
        let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { out: std::io::BufWriter::new(out), format, colour }
    }

    pub(crate) fn print(&mut self, source: &Source, diagnostic: &Diagnostic) -> std::io::Result<()> {
        let text = match self.format {
            Format::Human => human::render(source, diagnostic, self.colour),
            Format::Plain => plain::render(source, diagnostic),
        };
        writeln!(self.out, "{text}")
    }

    /// Writes out what is buffered.
    pub(crate) fn finish(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

//! Standard output and standard error. Whoever reads them may stop at any time (`cors check | head -1`), which
//! changes neither what a command does nor how it ends: the rest is dropped. Any other failure, such as a full
//! disk, is an error.

use std::fmt::Display;
use std::io::{Error, ErrorKind, Result, Write};

use cors_compiler::source::reason;

/// A stream that takes everything, also when nobody reads it any more.
pub(super) struct Stream {
    out: Box<dyn Write>,
    /// What errors call it.
    name: &'static str,
    is_read: bool,
}

impl Stream {
    pub(super) fn stdout() -> Self {
        Self { out: Box::new(std::io::stdout()), name: "standard output", is_read: true }
    }

    pub(super) fn stderr() -> Self {
        Self { out: Box::new(std::io::stderr()), name: "standard error", is_read: true }
    }

    /// What came of writing, if anybody reads it.
    fn took<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(taken) => Ok(Some(taken)),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_read = false;
                Ok(None)
            }
            Err(error) => Err(Error::new(error.kind(), format!("cannot write to {}: {}", self.name, reason(&error)))),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if !self.is_read {
            return Ok(bytes.len());
        }
        let result = self.out.write(bytes);
        Ok(self.took(result)?.unwrap_or(bytes.len()))
    }

    fn flush(&mut self) -> Result<()> {
        if !self.is_read {
            return Ok(());
        }
        let result = self.out.flush();
        self.took(result).map(Option::unwrap_or_default)
    }
}

/// What came of printing that was not done here: a reader who has gone away is no error.
pub(crate) fn printed(result: Result<()>) -> Result<()> {
    Stream::stdout().took(result).map(|_| ())
}

/// Prints a text to standard output, all of it.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<()> {
    let mut stdout = Stream::stdout();
    stdout.write_all(text.as_ref())?;
    stdout.flush()
}

/// Prints a line to standard error, for people.
pub(crate) fn tell(line: impl Display) -> Result<()> {
    Stream::stderr().write_all(format!("{line}\n").as_bytes())
}

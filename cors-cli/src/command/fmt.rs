//! `cors fmt`.

use std::io::{Read as _, Write as _};
use std::path::Path;

use cors_compiler::diagnostic::display;
use cors_compiler::source::{MAX_SOURCE_BYTES, Source};
use cors_compiler::syntax::format::{Refused, format};

use crate::cli::Fmt;
use crate::exit::{Error, Exit};
use crate::files;
use crate::output::{Printer, diff};

/// What stands for standard input, and what diagnostics call it.
const STDIN: (&str, &str) = ("-", "<stdin>");

pub(crate) fn run(arguments: &Fmt) -> Result<Exit, Error> {
    let mut run = Run { arguments, printer: Printer::stderr(None), unformatted: false, failed: false };
    if arguments.paths == [Path::new(STDIN.0)] {
        run.stdin()?;
    } else {
        run.files()?;
    }
    let tally = run.printer.finish()?;
    Ok(match () {
        () if tally.unreadable > 0 || run.failed => Exit::Usage,
        () if tally.errors > 0 || run.unformatted => Exit::Findings,
        () => Exit::Clean,
    })
}

struct Run<'a> {
    arguments: &'a Fmt,
    printer: Printer,
    /// Whether a file is not formatted, and is to stay so.
    unformatted: bool,
    /// Whether a file could not be formatted, though nothing is wrong with it.
    failed: bool,
}

impl Run<'_> {
    fn files(&mut self) -> Result<(), Error> {
        let (paths, unreadable) = files::policy_files(&self.arguments.paths)?;
        for (path, error) in &unreadable {
            self.unreadable(path, error)?;
        }
        for path in &paths {
            match super::load(path) {
                Ok(source) => self.file(path, &source)?,
                Err(error) => self.unreadable(path, &error)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, source: &Source) -> Result<(), Error> {
        let Some(new) = self.formatted(source)? else { return Ok(()) };
        if new == source.text() {
            return Ok(());
        }
        if self.keeps() {
            return self.show(source, &new);
        }
        if let Err(error) = files::replace(path, source.text(), &new) {
            return self.unreadable(path, &error);
        }
        eprintln!("formatted {}", display::name(source));
        Ok(())
    }

    fn stdin(&mut self) -> Result<(), Error> {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_SOURCE_BYTES + 1).read_to_end(&mut bytes)?;
        let source = Source::from_bytes(STDIN.1, bytes);
        let Some(new) = self.formatted(&source)? else { return Ok(()) };
        if self.keeps() {
            return if new == source.text() { Ok(()) } else { self.show(&source, &new) };
        }
        print(&new)
    }

    /// The formatted text; `None` if there is none, which is reported.
    fn formatted(&mut self, source: &Source) -> Result<Option<String>, Error> {
        match format(source) {
            Ok(new) => return Ok(Some(new)),
            Err(Refused::Unreadable(found, omitted)) => self.printer.file(source, &found, omitted)?,
            Err(refused @ Refused::Different(_)) => {
                eprintln!("cors: {} is left as it is: {refused}", display::name(source));
                self.failed = true;
            }
        }
        Ok(None)
    }

    /// Whether nothing is written.
    fn keeps(&self) -> bool {
        self.arguments.check || self.arguments.diff
    }

    /// Says that a file is not formatted, and what it would be.
    fn show(&mut self, source: &Source, new: &str) -> Result<(), Error> {
        self.unformatted = true;
        eprintln!("not formatted: {}", display::name(source));
        if self.arguments.diff {
            print(&diff::unified(source.name(), source.text(), new, ""))?;
        }
        Ok(())
    }

    fn unreadable(&mut self, path: &Path, error: &Error) -> Result<(), Error> {
        eprintln!("cors: {error}");
        self.printer.unreadable(&path.to_string_lossy(), &error.to_string())?;
        Ok(())
    }
}

fn print(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

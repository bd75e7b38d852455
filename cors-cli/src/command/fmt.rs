//! `cors fmt`.

use std::path::{Path, PathBuf};

use clap::Args;
use cors_compiler::diagnostic::display;
use cors_compiler::source::Source;
use cors_compiler::syntax::format::{Refused, format};

use crate::exit::{Error, Exit};
use crate::files;
use crate::output::{Printer, diff, print, tell};

/// Lay policy files out in the canonical way, comments kept.
///
/// The meaning stays the same: a file that would say anything else is left alone. Files that cannot be
/// read are left alone as well, and what is wrong is printed. Exits with 0 if all is well, 1 if a file cannot be
/// read as a policy or, with --check or --diff, is not formatted, 2 if something cannot be read or written.
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// Files, or directories to search for *.yaml and *.yml; `-` alone for standard input to standard output
    #[arg(value_name = "PATH", default_value = "policies")]
    paths: Vec<PathBuf>,
    /// Write nothing; name the files that are not formatted, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    diff: bool,
}

pub(crate) fn run(arguments: &Fmt) -> Result<Exit, Error> {
    let mut run = Run { arguments, printer: Printer::stderr(None), unformatted: false, failed: false };
    match &arguments.paths[..] {
        [path] if files::is_stdin(path) => run.stdin(path)?,
        paths if paths.iter().any(|path| files::is_stdin(path)) => {
            return Err(Error::usage(
                "`-` goes to standard output, so it stands alone; format the files by themselves",
            ));
        }
        _ => run.files()?,
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
            match files::load(path) {
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
        tell(format!("formatted {}", display::name(source)))?;
        Ok(())
    }

    fn stdin(&mut self, path: &Path) -> Result<(), Error> {
        let source = files::load(path)?;
        let Some(new) = self.formatted(&source)? else { return Ok(()) };
        if self.keeps() {
            return if new == source.text() { Ok(()) } else { self.show(&source, &new) };
        }
        Ok(print(new)?)
    }

    /// The formatted text; `None` if there is none, which is reported.
    fn formatted(&mut self, source: &Source) -> Result<Option<String>, Error> {
        match format(source) {
            Ok(new) => return Ok(Some(new)),
            Err(Refused::Unreadable(found, omitted)) => self.printer.file(source, &found, omitted)?,
            Err(refused @ Refused::Different(_)) => {
                tell(format!("cors: {} is left as it is: {refused}", display::name(source)))?;
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
        tell(format!("not formatted: {}", display::name(source)))?;
        if self.arguments.diff {
            print(diff::unified(source.name(), source.text(), new, ""))?;
        }
        Ok(())
    }

    fn unreadable(&mut self, path: &Path, error: &Error) -> Result<(), Error> {
        tell(format!("cors: {error}"))?;
        self.printer.unreadable(&path.to_string_lossy(), &error.to_string())?;
        Ok(())
    }
}

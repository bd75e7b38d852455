//! `cors check`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use cors_compiler::Checked;
use cors_compiler::diagnostic::{Code, Severity, display};
use cors_compiler::source::Source;

use crate::cli::{Format, InEnvironment};
use crate::exit::{Error, Exit};
use crate::files;
use crate::fix::{self, Fixed};
use crate::output::{Printer, Tally, diff, print, tell};

/// Check policy files: every fault of every file at once, also in their environments.
///
/// Exits with 0 if there is nothing to mend, 1 if there is, 2 if something cannot be read, 3 if there
/// is no policy file.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files, or directories to search for *.yaml and *.yml; `-` for standard input
    #[arg(value_name = "PATH", default_value = "policies")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    within: InEnvironment,
    /// Let warnings fail the check as well
    #[arg(long)]
    deny_warnings: bool,
    /// Show what is only worth knowing as well
    #[arg(long)]
    pedantic: bool,
    /// Print the page of each id that occurred as well
    #[arg(long)]
    explain: bool,
    /// Correct what a machine can correct, without changing what a policy means
    #[arg(long, conflicts_with = "environment")]
    fix: bool,
    /// Write nothing; show what --fix would change, and exit with 1 if it would change anything
    #[arg(long, requires = "fix")]
    diff: bool,
    /// How to print diagnostics [default: human on a terminal, else plain]
    #[arg(long, value_enum)]
    format: Option<Format>,
}

pub(crate) fn run(arguments: &Check) -> Result<Exit, Error> {
    let (paths, unreadable) = files::policy_files(&arguments.paths)?;
    if arguments.fix && !arguments.diff && paths.iter().any(|path| files::is_stdin(path)) {
        return Err(Error::usage("--fix cannot write to standard input; add --diff to show what it would change"));
    }
    let format = arguments.format;
    // Standard output is for the diff alone, so that it can be applied.
    let mut printer = if arguments.diff { Printer::stderr(format) } else { Printer::stdout(format) };
    let mut run = Run { arguments, printer: &mut printer, occurred: BTreeMap::new(), would_change: false };
    for (path, error) in &unreadable {
        run.unreadable(path, error)?;
    }
    match &arguments.within.environment {
        Some(environment) => {
            for (path, checked) in super::check_all_in(&paths, environment)? {
                match checked {
                    Ok((source, checked)) => run.print(&source, &checked)?,
                    Err(error) => run.unreadable(&path, &error)?,
                }
            }
        }
        None => paths.iter().try_for_each(|path| run.file(path))?,
    }
    let Run { occurred, would_change, .. } = run;
    if arguments.explain {
        printer.explain(&occurred.into_values().collect::<Vec<_>>())?;
    }
    let tally = printer.finish()?;
    tell(summary(&tally))?;
    Ok(match () {
        () if tally.unreadable > 0 => Exit::Usage,
        () if tally.errors > 0 || would_change => Exit::Findings,
        () if arguments.deny_warnings && tally.warnings > 0 => Exit::Findings,
        () => Exit::Clean,
    })
}

struct Run<'a> {
    arguments: &'a Check,
    printer: &'a mut Printer,
    occurred: BTreeMap<&'static str, &'static Code>,
    would_change: bool,
}

impl Run<'_> {
    fn file(&mut self, path: &Path) -> Result<(), Error> {
        let source = match files::load(path) {
            Ok(source) => source,
            Err(error) => return self.unreadable(path, &error),
        };
        if !self.arguments.fix {
            return self.print(&source, &cors_compiler::check(&source));
        }
        let fixed = fix::file(&source, self.least());
        self.write(path, &source, &fixed)?;
        self.printer.fixed(&source, &fixed.applied, &fixed.refused);
        self.print(&fixed.source, &fixed.checked)
    }

    fn unreadable(&mut self, path: &Path, error: &Error) -> Result<(), Error> {
        tell(format!("cors: {error}"))?;
        self.printer.unreadable(&path.to_string_lossy(), &error.to_string())?;
        Ok(())
    }

    /// The least severity that is shown, and corrected.
    fn least(&self) -> Severity {
        if self.arguments.pedantic { Severity::Info } else { Severity::Warning }
    }

    fn print(&mut self, source: &Source, checked: &Checked) -> Result<(), Error> {
        let least = self.least();
        let shown: Vec<_> = checked.diagnostics.iter().filter(|found| found.severity >= least).collect();
        self.occurred.extend(shown.iter().map(|found| (found.code.id, found.code)));
        self.printer.file(source, shown, checked.omitted)?;
        Ok(())
    }

    /// Writes what is corrected, or shows it, and tells people of it.
    fn write(&mut self, path: &Path, source: &Source, fixed: &Fixed) -> Result<(), Error> {
        let (old, new) = (source.text(), fixed.source.text());
        if old != new && self.arguments.diff {
            self.would_change = true;
            print(diff::unified(source.name(), old, new, ""))?;
        } else if old != new {
            files::replace(path, old, new)?;
        }
        let name = display::name(source);
        let done = if self.arguments.diff { "would fix" } else { "fixed" };
        for fix in &fixed.applied {
            tell(format!("{name}:{}:{}: {done} {}: {}", fix.line, fix.column, fix.id, display::prose(&fix.message)))?;
        }
        for refused in &fixed.refused {
            let fix = &refused.fix;
            let reason = display::prose(&refused.reason);
            tell(format!("{name}:{}:{}: not fixed {}: {reason}", fix.line, fix.column, fix.id))?;
        }
        Ok(())
    }
}

fn summary(tally: &Tally) -> String {
    let mut text = format!(
        "{}: {}, {}",
        count(tally.files, "file"),
        count(tally.errors, "error"),
        count(tally.warnings, "warning")
    );
    if tally.omitted > 0 {
        text.push_str(&format!(", and {} more that are not shown", tally.omitted));
    }
    if tally.unreadable > 0 {
        text.push_str(&format!("; {} could not be read", count(tally.unreadable, "file")));
    }
    text
}

fn count(number: usize, of: &str) -> String {
    format!("{number} {of}{}", if number == 1 { "" } else { "s" })
}

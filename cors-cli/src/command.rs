//! The commands, one file each.

pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod completions;
pub(crate) mod decide;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod schema;
pub(crate) mod test;
pub(crate) mod verify;
pub(crate) mod version;

use std::path::Path;

use cors_compiler::Checked;
use cors_compiler::diagnostic::Severity;
use cors_compiler::ir::{File, Policy};
use cors_compiler::source::Source;

use crate::cli::InEnvironment;
use crate::exit::Error;
use crate::output::Printer;

/// Reads a file for a command that works on one.
fn load(path: &Path) -> Result<Source, Error> {
    cors_compiler::load(path, &path.to_string_lossy()).map_err(|error| Error::Usage(error.to_string()))
}

/// Checks a file as it is written, or in the environment that was asked for.
fn check_in(source: &Source, within: &InEnvironment) -> Result<Checked, Error> {
    cors_compiler::check_in(source, within.environment.as_deref())
        .map_err(|unknown| Error::usage(format!("{} {unknown}", source.name())))
}

/// What a file says, as it is written or in the environment that was asked for; `None` if it has errors,
/// which are printed.
fn valid(source: &Source, within: &InEnvironment) -> Result<Option<File>, Error> {
    let checked = check_in(source, within)?;
    if checked.file.is_none() {
        let mut printer = Printer::stderr(None);
        let errors = checked.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        printer.file(source, errors, checked.omitted)?;
        printer.finish()?;
    }
    Ok(checked.file)
}

/// The policy of that name, or an error that says which ones there are.
fn named<'a>(file: &'a File, source: &Source, name: &str) -> Result<&'a Policy, Error> {
    file.policy(name).ok_or_else(|| {
        let names: Vec<&str> = file.policies.iter().map(|policy| policy.name.value.as_str()).collect();
        Error::usage(format!("{} has no policy `{name}`; it has: {}", source.name(), names.join(", ")))
    })
}

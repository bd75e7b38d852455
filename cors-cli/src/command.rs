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

use std::path::PathBuf;

use cors_compiler::Checked;
use cors_compiler::diagnostic::{Severity, did_you_mean};
use cors_compiler::ir::{File, Policy};
use cors_compiler::source::Source;

use crate::cli::InEnvironment;
use crate::exit::Error;
use crate::files::load;
use crate::output::Printer;

/// Checks a file as it is written, or in the environment that was asked for.
fn check_in(source: &Source, within: &InEnvironment) -> Result<Checked, Error> {
    cors_compiler::check_in(source, within.environment.as_deref())
        .map_err(|unknown| Error::usage(format!("{} {unknown}", source.name())))
}

/// A file of several, and what checking it gives; or why it cannot be read.
type CheckedFile = (PathBuf, Result<(Source, Checked), Error>);

/// Checks files in the environment that was asked for. Of several, one that does not define it is taken as it is
/// written, since that is what runs there; if none does, the name is wrong.
fn check_all_in(paths: &[PathBuf], environment: &str) -> Result<Vec<CheckedFile>, Error> {
    let mut lacking = 0;
    let mut defined: Vec<String> = Vec::new();
    let mut file = |path: &PathBuf| {
        let source = load(path)?;
        let checked = match cors_compiler::check_in(&source, Some(environment)) {
            Ok(checked) => checked,
            Err(unknown) if paths.len() == 1 => {
                return Err(Error::usage(format!("{} {unknown}", source.name())));
            }
            Err(unknown) => {
                lacking += 1;
                defined.extend(
                    unknown.defined().iter().filter(|name| !defined.contains(name)).cloned().collect::<Vec<_>>(),
                );
                cors_compiler::check_in(&source, None).map_err(|unknown| Error::usage(unknown.to_string()))?
            }
        };
        Ok((source, checked))
    };
    let files: Vec<CheckedFile> = paths.iter().map(|path| (path.clone(), file(path))).collect();
    if lacking == paths.len() {
        let near = did_you_mean(environment, defined.iter().map(String::as_str));
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let names = if defined.is_empty() {
            "they define none".to_owned()
        } else {
            format!("they have: {}", defined.join(", "))
        };
        let message = format!("none of the {} files has an environment `{environment}`; {near}{names}", paths.len());
        return Err(Error::usage(message));
    }
    Ok(files)
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

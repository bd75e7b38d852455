//! `cors diff`: what a change of policy files means.

mod git;
mod human;
mod json;
mod markdown;
mod sides;
mod words;

use std::collections::HashSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cors_compiler::compare::{self, Comparison, Status, Verdict};
use cors_compiler::diagnostic::Severity;

use self::sides::{Checked, Tree, Valid};
use crate::cli::InEnvironment;
use crate::exit::{Error, Exit};
use crate::files;
use crate::output::{Printer, print, tell};

/// Say what a change of policy files means: who may do more than before, and who less.
///
/// OLD and NEW are files, directories whose files are matched by their names, or `git:REV:PATH`: a file or
/// directory of a git revision, PATH as git takes it (`./` for the current directory). One of them may be `-`, the
/// file on standard input. Exits with 0 if both
/// could be compared, unless --fail-on says otherwise; with 2 if one of them is not valid.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// What there was
    old: PathBuf,
    /// What there is to be
    new: PathBuf,
    #[command(flatten)]
    within: InEnvironment,
    /// Exit with 1 if the change is such
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Option<FailOn>,
    /// How to print it
    #[arg(long, value_enum, default_value = "human")]
    format: DiffFormat,
}

/// Which changes are a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Something is allowed that was not
    Widening,
    /// Anything but the spelling differs
    Any,
}

/// How a change is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For people at a terminal
    Human,
    /// A comment on a pull request
    Markdown,
    /// One JSON document, described in docs/json.md
    Json,
}

/// What the change of all files means.
struct Report {
    old: String,
    new: String,
    verdict: Verdict,
    files: Vec<Compared>,
}

/// What the change of one file means.
struct Compared {
    /// Its path below the two directories, or its name.
    name: String,
    /// The environment in which it is compared; `None` for the file as it is written.
    environment: Option<String>,
    status: Status,
    comparison: Comparison,
}

pub(crate) fn run(arguments: &Diff) -> Result<Exit, Error> {
    if files::is_stdin(&arguments.old) && files::is_stdin(&arguments.new) {
        return Err(Error::usage("OLD and NEW are both `-`, and standard input is but one file; name the other"));
    }
    let (old, new) = (Tree::read(&arguments.old)?, Tree::read(&arguments.new)?);
    let pairs = sides::paired(&old, &new)?;
    // The faults of both are told before giving up.
    let (Some(old_files), Some(new_files)) = (valid("OLD", &old)?, valid("NEW", &new)?) else {
        return Ok(Exit::Usage);
    };
    let mut files = Vec::new();
    for pair in pairs {
        let (before, after) = (old.side(&old_files, pair.old), new.side(&new_files, pair.new));
        files.extend(compared(&pair.name, before, after, arguments.within.environment.as_deref()));
    }
    if let (Some(name), true) = (&arguments.within.environment, files.is_empty()) {
        return Err(Error::usage(format!("no file of either side has an environment `{name}`")));
    }
    let verdict = files.iter().map(|file| file.comparison.verdict).fold(Verdict::Equal, Verdict::and);
    let report = Report { old: old.name, new: new.name, verdict, files };
    let text = match arguments.format {
        DiffFormat::Human => human::render(&report),
        DiffFormat::Markdown => markdown::render(&report),
        DiffFormat::Json => json::render(&report)?,
    };
    print(text)?;
    let fails = match arguments.fail_on {
        None => false,
        Some(FailOn::Widening) => report.verdict.widens(),
        Some(FailOn::Any) => report.verdict != Verdict::Equal,
    };
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// A file as it is written, and in each of its environments: or in one of them only. An environment is left
/// out in which the change means just what it means without.
fn compared(name: &str, old: Option<Checked<'_>>, new: Option<Checked<'_>>, only: Option<&str>) -> Vec<Compared> {
    let status = Status::of(old.is_some(), new.is_some());
    let within = |environment: Option<&str>| Compared {
        name: name.to_owned(),
        environment: environment.map(str::to_owned),
        status,
        comparison: compare::compare(
            old.map(|side| side.within(environment)),
            new.map(|side| side.within(environment)),
        ),
    };
    let names = [new, old].into_iter().flatten().flat_map(Checked::environments);
    if let Some(only) = only {
        return { names }.find(|name| *name == only).map(|name| within(Some(name))).into_iter().collect();
    }
    let as_written = within(None);
    let mut seen = HashSet::new();
    let environments = names.filter(|name| seen.insert(*name)).map(|name| within(Some(name)));
    let others: Vec<Compared> =
        environments.filter(|environment| environment.comparison != as_written.comparison).collect();
    std::iter::once(as_written).chain(others).collect()
}

/// The policies of one side; `None` if a file of it is not valid, which is reported.
fn valid(which: &str, tree: &Tree) -> Result<Option<Vec<Valid>>, Error> {
    let mut files = Vec::new();
    let mut printer = Printer::stderr(None);
    let mut faulty = Vec::new();
    for entry in &tree.files {
        let checked = cors_compiler::check(&entry.source);
        match checked.file {
            Some(file) => files.push(Valid { file, environments: checked.environments }),
            None => {
                let errors = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error);
                printer.file(&entry.source, errors, checked.omitted)?;
                faulty.push(entry.source.name());
            }
        }
    }
    printer.finish()?;
    for name in &faulty {
        let error = Error::usage(format!("{which} is not valid: {name} has errors"));
        tell(format!("cors: {error}"))?;
    }
    Ok(faulty.is_empty().then_some(files))
}

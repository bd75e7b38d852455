//! `cors diff`: what a change of policy files means.

mod git;
mod human;
mod json;
mod markdown;
mod sides;
mod words;

use std::io::Write as _;

use cors_compiler::compare::{self, Comparison, Status, Verdict};
use cors_compiler::diagnostic::Severity;
use cors_compiler::ir::File;
use cors_compiler::source::Source;

use self::sides::Tree;
use crate::cli::{Diff, DiffFormat, FailOn};
use crate::exit::{Error, Exit};
use crate::output::Printer;

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
    status: Status,
    comparison: Comparison,
}

pub(crate) fn run(arguments: &Diff) -> Result<Exit, Error> {
    let (old, new) = (Tree::read(&arguments.old)?, Tree::read(&arguments.new)?);
    let pairs = sides::paired(&old, &new)?;
    // The faults of both are told before giving up.
    let (Some(old_files), Some(new_files)) = (valid("OLD", &old)?, valid("NEW", &new)?) else {
        return Ok(Exit::Usage);
    };
    let files: Vec<Compared> = pairs
        .into_iter()
        .map(|pair| {
            let (before, after) = (old.side(&old_files, pair.old), new.side(&new_files, pair.new));
            let status = Status::of(before.is_some(), after.is_some());
            Compared { name: pair.name, status, comparison: compare::compare(before, after) }
        })
        .collect();
    let verdict = files.iter().map(|file| file.comparison.verdict).fold(Verdict::Equal, Verdict::and);
    let report = Report { old: old.name, new: new.name, verdict, files };
    let text = match arguments.format {
        DiffFormat::Human => human::render(&report),
        DiffFormat::Markdown => markdown::render(&report),
        DiffFormat::Json => json::render(&report)?,
    };
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    let fails = match arguments.fail_on {
        None => false,
        Some(FailOn::Widening) => report.verdict.widens(),
        Some(FailOn::Any) => report.verdict != Verdict::Equal,
    };
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// What a policy file says, and what is wrong with it: the one way in which both sides are read.
fn check(source: &Source) -> cors_compiler::Checked {
    cors_compiler::check(source)
}

/// The policies of one side; `None` if a file of it is not valid, which is reported.
fn valid(which: &str, tree: &Tree) -> Result<Option<Vec<File>>, Error> {
    let mut files = Vec::new();
    let mut printer = Printer::stderr(None);
    let mut faulty = Vec::new();
    for entry in &tree.files {
        let checked = check(&entry.source);
        match checked.file {
            Some(file) => files.push(file),
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
        eprintln!("cors: {error}");
    }
    Ok(faulty.is_empty().then_some(files))
}

//! `cors test`.

use std::path::PathBuf;

use clap::Args;
use cors_compiler::Checked;
use cors_compiler::diagnostic::Severity;
use cors_compiler::source::Source;
use cors_compiler::testing::{Outcome, Suite, coverage, mutants};

use crate::cli::{InEnvironment, ReportFormat};
use crate::exit::{Error, Exit};
use crate::files;
use crate::output::progress::Progress;
use crate::output::results::{File, Report, State, Summary, Tested};
use crate::output::{Printer, print, tell};

/// Run the tests of policy files.
///
/// Each is a script's fetch, decided as `cors decide` does. Exits with 0 if all pass, 1 if one fails, a
/// file has errors, a mutant lives or too little is covered, 2 if something cannot be read, 3 if there is
/// no policy file.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Files, or directories to search for *.yaml and *.yml; `-` for standard input
    #[arg(value_name = "PATH", default_value = "policies")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    within: InEnvironment,
    /// Run only tests whose names contain this
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["coverage", "mutate"])]
    filter: Option<String>,
    /// Show which origins, methods, headers and routes no test exercises
    #[arg(long)]
    coverage: bool,
    /// Exit with 1 if less is exercised, of all files together
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = clap::value_parser!(u8).range(..=100))]
    fail_under: Option<u8>,
    /// Change one thing at a time, and show the changes that nothing notices
    #[arg(long)]
    mutate: bool,
    /// How to print what comes of it
    #[arg(long, value_enum, default_value = "human")]
    format: ReportFormat,
}

pub(crate) fn run(arguments: &Test) -> Result<Exit, Error> {
    let (paths, unreadable) = files::policy_files(&arguments.paths)?;
    let mut report = Report::default();
    let mut faults = Printer::stderr(None);
    let checked = match &arguments.within.environment {
        Some(environment) => super::check_all_in(&paths, environment)?,
        None => {
            let check = |path: &PathBuf| {
                let source = files::load(path)?;
                let checked = cors_compiler::check(&source);
                Ok((source, checked))
            };
            paths.iter().map(|path| (path.clone(), check(path))).collect()
        }
    };
    let file = |(path, checked): (PathBuf, Result<_, Error>)| match checked
        .and_then(|(source, checked)| file(source, checked, arguments, &mut faults))
    {
        Ok(file) => {
            report.files.push(file);
            None
        }
        Err(error) => Some((path, error)),
    };
    let failed = checked.into_iter().filter_map(file);
    let failed: Vec<_> = failed.collect();
    faults.finish()?;
    for (path, error) in unreadable.into_iter().chain(failed) {
        tell(format!("cors: {error}"))?;
        report.unreadable.push((path.to_string_lossy().into_owned(), error.to_string()));
    }
    if let (Some(filter), true) = (&arguments.filter, report.is_idle()) {
        return Err(Error::Nothing(format!("nothing to test: no test's name contains `{filter}`")));
    }
    let text = report.render(arguments.format)?;
    print(text)?;
    Ok(exit(&report.summary(), arguments.fail_under))
}

fn file(source: Source, checked: Checked, arguments: &Test, faults: &mut Printer) -> Result<File, Error> {
    if checked.file.is_none() {
        let errors = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let state = State::Faulty { errors: errors.clone().count() };
        faults.file(&source, errors, checked.omitted)?;
        return Ok(File { source, state });
    }
    let Some(suite) = Suite::new(checked) else { return Ok(File { source, state: State::Faulty { errors: 0 } }) };
    let wanted = |name: &str| arguments.filter.as_deref().is_none_or(|text| name.contains(text));
    let tests = suite.tests().iter().filter(|test| wanted(&test.name.value));
    let ran: Vec<_> = tests.map(|test| (test.clone(), suite.run(test))).collect();
    let passed = !ran.iter().any(|(_, outcome)| matches!(outcome, Outcome::Failed(_)));
    let coverage = arguments.coverage.then(|| coverage::coverage(&suite));
    // A test that fails would kill whatever it looks at.
    let mutants = (arguments.mutate && passed).then(|| {
        let mut progress = Progress::new();
        mutants::mutants(&source, &suite, &mut |done, total| progress.at(done, total))
    });
    let defined = suite.tests().len();
    Ok(File { source, state: State::Tested(Tested { defined, ran, coverage, mutants }) })
}

fn exit(sum: &Summary, fail_under: Option<u8>) -> Exit {
    let uncovered = fail_under.is_some_and(|percent| sum.exercised * 100 < sum.items * usize::from(percent));
    match () {
        () if sum.unreadable > 0 => Exit::Usage,
        () if sum.faulty > 0 || sum.failed > 0 || sum.lived > 0 || uncovered => Exit::Findings,
        () => Exit::Clean,
    }
}

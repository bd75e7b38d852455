//! What `cors test` found, in one of three formats.

mod human;
mod json;
mod junit;

use cors_compiler::ir::{Expect, Test};
use cors_compiler::source::Source;
use cors_compiler::testing::coverage::Group;
use cors_compiler::testing::mutants::{Fate, Mutants};
use cors_compiler::testing::{Outcome, yaml};

use super::ascii;
use crate::cli::ReportFormat;

/// A whole run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) files: Vec<File>,
    /// The files that could not be read, and why.
    pub(crate) unreadable: Vec<(String, String)>,
}

/// What came of a file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) source: Source,
    pub(crate) state: State,
}

#[derive(Debug)]
pub(crate) enum State {
    /// It has errors, so that nothing was run; people are told of them on standard error.
    Faulty { errors: usize },
    /// Its tests were run.
    Tested(Tested),
}

/// The tests of a file, and what was asked beside.
#[derive(Debug)]
pub(crate) struct Tested {
    /// How many tests stand in the file.
    pub(crate) defined: usize,
    pub(crate) ran: Vec<(Test, Outcome)>,
    pub(crate) coverage: Option<Vec<Group>>,
    /// `None` if they were not asked for, or if a test fails.
    pub(crate) mutants: Option<Mutants>,
}

/// How much there is of everything.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Summary {
    pub(crate) files: usize,
    pub(crate) faulty: usize,
    pub(crate) unreadable: usize,
    pub(crate) tests: usize,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// What can be exercised, and what is.
    pub(crate) items: usize,
    pub(crate) exercised: usize,
    pub(crate) mutants: usize,
    pub(crate) lived: usize,
}

impl Report {
    /// Whether every file could be tested, and yet no test was run.
    pub(crate) fn is_idle(&self) -> bool {
        let idle = |file: &File| matches!(&file.state, State::Tested(tested) if tested.ran.is_empty());
        self.unreadable.is_empty() && self.files.iter().all(idle)
    }

    /// Prints it, complete.
    pub(crate) fn render(&self, format: ReportFormat) -> std::io::Result<String> {
        Ok(match format {
            ReportFormat::Human => human::render(self),
            ReportFormat::Json => format!("{}\n", ascii(&json::render(self)?)),
            ReportFormat::Junit => junit::render(self),
        })
    }

    /// The files whose tests were run.
    fn tested(&self) -> impl Iterator<Item = (&Source, &Tested)> {
        self.files.iter().filter_map(|file| match &file.state {
            State::Tested(tested) => Some((&file.source, tested)),
            State::Faulty { .. } => None,
        })
    }

    pub(crate) fn summary(&self) -> Summary {
        let mut sum = Summary { files: self.files.len(), unreadable: self.unreadable.len(), ..Summary::default() };
        sum.faulty = self.files.len() - self.tested().count();
        for (_, tested) in self.tested() {
            sum.tests += tested.ran.len();
            for (_, outcome) in &tested.ran {
                *match outcome {
                    Outcome::Passed => &mut sum.passed,
                    Outcome::Failed(_) => &mut sum.failed,
                    Outcome::Skipped => &mut sum.skipped,
                } += 1;
            }
            for group in tested.coverage.iter().flatten() {
                sum.items += group.items.len();
                sum.exercised += group.exercised();
            }
            for mutant in tested.mutants.iter().flat_map(|mutants| &mutants.list) {
                sum.mutants += 1;
                sum.lived += usize::from(matches!(mutant.fate, Fate::Lived(_)));
            }
        }
        sum
    }
}

/// A share in percent, rounded down: 100 only if nothing is missing.
fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(100)
}

/// An expectation, or what came instead, for people.
fn words(expect: Expect) -> String {
    match expect {
        Expect::Allow => "allowed".to_owned(),
        Expect::Refuse(reason) => format!("refused ({})", yaml::word(reason)),
    }
}

/// The name of a group of mutants or of what can be exercised.
fn group(policy: Option<&str>) -> &str {
    policy.unwrap_or("routes")
}

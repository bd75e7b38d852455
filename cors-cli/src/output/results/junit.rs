//! For CI systems: a suite for each file; mutants that live are failures in it.

use cors_compiler::diagnostic::display;
use cors_compiler::source::Source;
use cors_compiler::testing::Outcome;
use cors_compiler::testing::mutants::{Fate, Mutant, Mutants};

use super::{Report, State, human};
use crate::output::excerpt;
use crate::output::junit::{self, Case, Suite};

pub(super) fn render(report: &Report) -> String {
    let mut suites = Vec::new();
    for file in &report.files {
        let results = match &file.state {
            State::Faulty { errors } => {
                let outcome = junit::Outcome::Error(format!("not tested: {errors} errors, see `cors check`"));
                vec![("has no errors".to_owned(), outcome)]
            }
            State::Tested(tested) => {
                let results = tested.ran.iter().map(|(test, outcome)| {
                    let outcome = match outcome {
                        Outcome::Passed => junit::Outcome::Passed,
                        Outcome::Failed(failure) => failed(human::failure(&file.source, test, failure)),
                        Outcome::Skipped => junit::Outcome::Skipped("another environment was asked for".to_owned()),
                    };
                    (human::name(test), outcome)
                });
                results.chain(tested.mutants.iter().flat_map(|found| mutants(&file.source, found))).collect()
            }
        };
        suites.push(suite(display::name(&file.source), results));
    }
    for (name, message) in &report.unreadable {
        let outcome = junit::Outcome::Error(display::prose(message));
        suites.push(suite(display::printable(name), vec![("can be read".to_owned(), outcome)]));
    }
    junit::render(&suites)
}

/// The results of one file; the file is what its cases belong to, too.
fn suite(name: String, results: Vec<(String, junit::Outcome)>) -> Suite {
    let case = |(case, outcome)| Case { class: name.clone(), name: case, outcome };
    Suite { cases: results.into_iter().map(case).collect(), name }
}

/// A failure whose text begins with what it is about.
fn failed(text: String) -> junit::Outcome {
    junit::Outcome::Failed { message: text.lines().next().unwrap_or_default().to_owned(), text }
}

/// A result for each mutant that lives, or one that says that none does.
fn mutants(source: &Source, found: &Mutants) -> Vec<(String, junit::Outcome)> {
    let lived: Vec<&Mutant> = found.list.iter().filter(|mutant| matches!(mutant.fate, Fate::Lived(_))).collect();
    if lived.is_empty() {
        return vec![("no mutant lives".to_owned(), junit::Outcome::Passed)];
    }
    let result = |mutant: &&Mutant| {
        let change = format!("{}: `{}` -> `{}`", mutant.what, mutant.old, mutant.new);
        let text = excerpt(source, mutant.place, "no test notices").trim().to_owned();
        (format!("mutant: {}", display::prose(&change)), failed(text))
    };
    lived.iter().map(result).collect()
}

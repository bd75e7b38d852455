//! For CI systems: a suite for each file; what is not covered, and mutants that live, are failures in it.

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
        let cases = match &file.state {
            State::Faulty { errors } => {
                let outcome = junit::Outcome::Error(format!("not tested: {errors} errors, see `cors check`"));
                vec![Case { name: "has no errors".to_owned(), outcome }]
            }
            State::Tested(tested) => {
                let cases = tested.ran.iter().map(|(test, outcome)| Case {
                    name: human::name(test),
                    outcome: match outcome {
                        Outcome::Passed => junit::Outcome::Passed,
                        Outcome::Failed(failure) => junit::Outcome::Failed(human::failure(&file.source, test, failure)),
                        Outcome::Skipped => junit::Outcome::Skipped("another environment was asked for".to_owned()),
                    },
                });
                cases.chain(tested.mutants.iter().flat_map(|found| mutants(&file.source, found))).collect()
            }
        };
        suites.push(Suite { name: display::name(&file.source), cases });
    }
    for (name, message) in &report.unreadable {
        let outcome = junit::Outcome::Error(display::prose(message));
        let case = Case { name: "can be read".to_owned(), outcome };
        suites.push(Suite { name: display::printable(name), cases: vec![case] });
    }
    junit::document(&suites)
}

/// A case for each mutant that lives, or one that says that none does.
fn mutants(source: &Source, found: &Mutants) -> Vec<Case> {
    let lived: Vec<&Mutant> = found.list.iter().filter(|mutant| matches!(mutant.fate, Fate::Lived(_))).collect();
    if lived.is_empty() {
        return vec![Case { name: "no mutant lives".to_owned(), outcome: junit::Outcome::Passed }];
    }
    let case = |mutant: &&Mutant| {
        let change = format!("{}: `{}` -> `{}`", mutant.what, mutant.old, mutant.new);
        let outcome = junit::Outcome::Failed(excerpt(source, mutant.place, "no test notices").trim().to_owned());
        Case { name: format!("mutant: {}", display::prose(&change)), outcome }
    };
    lived.iter().map(case).collect()
}

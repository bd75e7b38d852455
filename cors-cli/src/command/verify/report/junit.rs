//! The report as JUnit XML: a case for each request.

use super::{Case, Report, human};
use crate::output::junit::{self, Outcome, Suite};

pub(super) fn render(report: &Report) -> String {
    let mut cases: Vec<junit::Case> = report.cases.iter().map(case).collect();
    cases.extend(report.error.iter().map(|error| junit::Case {
        class: "server".to_owned(),
        name: "every request is answered".to_owned(),
        outcome: Outcome::Error(error.clone()),
    }));
    junit::render(&[Suite { name: format!("cors verify {} --url {}", report.file, report.url), cases }])
}

fn case(case: &Case) -> junit::Case {
    let messages: Vec<String> = case.failures.iter().map(|(id, failure)| format!("{id}: {}", failure.what)).collect();
    let mut text = String::new();
    for (id, failure) in &case.failures {
        text.push_str(&format!("{id}: {}\n", failure.what));
        human::detail(failure, &mut text);
    }
    let outcome = match messages.is_empty() {
        true => Outcome::Passed,
        false => Outcome::Failed { message: messages.join("; "), text },
    };
    junit::Case { class: case.policy.clone(), name: case.name.clone(), outcome }
}

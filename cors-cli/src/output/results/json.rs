//! One JSON document for the whole run. `docs/json.md` describes every field.

use cors_compiler::diagnostic::display::prose;
use cors_compiler::ir::Test;
use cors_compiler::source::{self, Source};
use cors_compiler::testing::coverage::{Group, Item, Kind};
use cors_compiler::testing::mutants::{Fate, Mutant, Mutants};
use cors_compiler::testing::{Outcome, yaml};
use serde::Serialize;

use super::{Report, State, Summary};

#[derive(Serialize)]
struct Document {
    version: u32,
    tool: Tool,
    files: Vec<File>,
    unreadable: Vec<Unreadable>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Unreadable {
    file: String,
    message: String,
}

#[derive(Serialize)]
struct File {
    file: String,
    errors: usize,
    tests: Vec<Case>,
    coverage: Option<Vec<Coverage>>,
    mutants: Option<Vec<Changed>>,
    left_out: Vec<LeftOut>,
}

/// Where something is written, counted from 1.
#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Case {
    name: String,
    #[serde(flatten)]
    place: Place,
    environment: Option<String>,
    outcome: &'static str,
    expected: String,
    found: Option<String>,
    reasons: Vec<Reason>,
    advice: Option<String>,
}

#[derive(Serialize)]
struct Reason {
    #[serde(flatten)]
    place: Place,
    text: String,
}

#[derive(Serialize)]
struct Coverage {
    policy: Option<String>,
    items: Vec<Exercised>,
}

#[derive(Serialize)]
struct Exercised {
    kind: &'static str,
    text: String,
    #[serde(flatten)]
    place: Place,
    environment: Option<String>,
    exercised: bool,
}

#[derive(Serialize)]
struct Changed {
    policy: Option<String>,
    #[serde(flatten)]
    place: Place,
    what: &'static str,
    old: String,
    new: String,
    lived: bool,
    killed_by: Option<String>,
    suggestion: Option<String>,
}

#[derive(Serialize)]
struct LeftOut {
    policy: Option<String>,
    mutants: usize,
}

pub(super) fn render(report: &Report) -> std::io::Result<String> {
    let files = report.files.iter().map(|file| {
        let name = file.source.name().to_owned();
        match &file.state {
            State::Faulty { errors } => {
                let (tests, left_out) = (Vec::new(), Vec::new());
                File { file: name, errors: *errors, tests, coverage: None, mutants: None, left_out }
            }
            State::Tested(tested) => File {
                file: name,
                errors: 0,
                tests: tested.ran.iter().map(|(test, outcome)| case(&file.source, test, outcome)).collect(),
                coverage: tested.coverage.as_ref().map(|groups| coverage(&file.source, groups)),
                mutants: tested.mutants.as_ref().map(|mutants| changed(&file.source, mutants)),
                left_out: tested.mutants.iter().flat_map(left_out).collect(),
            },
        }
    });
    let unreadable = report.unreadable.iter();
    let document = Document {
        version: 1,
        tool: Tool { name: "cors", version: env!("CARGO_PKG_VERSION") },
        files: files.collect(),
        unreadable: unreadable
            .map(|(file, message)| Unreadable { file: file.clone(), message: prose(message) })
            .collect(),
        summary: report.summary(),
    };
    Ok(serde_json::to_string_pretty(&document)?)
}

fn place(source: &Source, place: source::Place) -> Place {
    let (line, column) = source.line_column(place.span.start);
    Place { line, column }
}

fn case(source: &Source, test: &Test, outcome: &Outcome) -> Case {
    let failure = match outcome {
        Outcome::Failed(failure) => Some(failure),
        Outcome::Passed | Outcome::Skipped => None,
    };
    let reasons = failure.map_or(&[][..], |failure| &failure.reasons).iter();
    Case {
        name: test.name.value.clone(),
        place: place(source, test.place),
        environment: test.environment.clone(),
        outcome: match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed(_) => "failed",
            Outcome::Skipped => "skipped",
        },
        expected: yaml::expect(test.expect.value),
        found: failure.map(|failure| yaml::expect(failure.found)),
        reasons: reasons
            .map(|reason| Reason { place: place(source, reason.place), text: prose(&reason.why) })
            .collect(),
        advice: failure.map(|failure| prose(&failure.advice)),
    }
}

fn coverage(source: &Source, groups: &[Group]) -> Vec<Coverage> {
    let item = |item: &Item| Exercised {
        kind: match item.kind {
            Kind::Origin => "origin",
            Kind::Method => "method",
            Kind::Header => "header",
            Kind::Route => "route",
        },
        text: item.text.clone(),
        place: place(source, item.place),
        environment: item.environment.clone(),
        exercised: item.exercised,
    };
    let group =
        |group: &Group| Coverage { policy: group.policy.clone(), items: group.items.iter().map(item).collect() };
    groups.iter().map(group).collect()
}

fn changed(source: &Source, mutants: &Mutants) -> Vec<Changed> {
    let changed = |mutant: &Mutant| Changed {
        policy: mutant.policy.clone(),
        place: place(source, mutant.place),
        what: mutant.what,
        old: mutant.old.clone(),
        new: mutant.new.clone(),
        lived: matches!(mutant.fate, Fate::Lived(_)),
        killed_by: match &mutant.fate {
            Fate::Test(name) => Some(name.clone()),
            Fate::Assertion(id) | Fate::Checker(id) => Some((*id).to_owned()),
            Fate::Lived(_) => None,
        },
        suggestion: match &mutant.fate {
            Fate::Lived(Some(index)) => mutants.tests.get(*index).map(yaml::item),
            _ => None,
        },
    };
    mutants.list.iter().map(changed).collect()
}

fn left_out(mutants: &Mutants) -> Vec<LeftOut> {
    let left_out = mutants.left_out.iter();
    left_out.map(|(policy, count)| LeftOut { policy: policy.clone(), mutants: *count }).collect()
}

//! For people: like any test runner.

use std::fmt::Write as _;

use cors_compiler::diagnostic::display::{self, prose};
use cors_compiler::ir::Test;
use cors_compiler::source::Source;
use cors_compiler::testing::coverage::{Group, Kind};
use cors_compiler::testing::mutants::{Fate, Mutant, Mutants};
use cors_compiler::testing::{Failure, Outcome, yaml};

use super::{Report, State, Tested, group, percent, words};
use crate::output::excerpt;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for file in &report.files {
        match &file.state {
            State::Faulty { errors } => {
                let s = if *errors == 1 { "" } else { "s" };
                let _ = writeln!(out, "{}: not tested: {errors} error{s}\n", display::name(&file.source));
            }
            State::Tested(tested) if !tested.ran.is_empty() => tests(&file.source, &tested.ran, &mut out),
            State::Tested(_) => {}
        }
    }
    for (source, tested) in report.tested() {
        if let Some(groups) = &tested.coverage {
            coverage(source, groups, &mut out);
        }
    }
    for (source, tested) in report.tested() {
        if let Some(found) = &tested.mutants {
            mutants(source, found, &mut out);
        }
    }
    summary(report, &mut out);
    out
}

fn tests(source: &Source, ran: &[(Test, Outcome)], out: &mut String) {
    let _ = writeln!(out, "{}", display::name(source));
    for (test, outcome) in ran {
        let outcome = match outcome {
            Outcome::Passed => "ok".to_owned(),
            Outcome::Failed(_) => "FAILED".to_owned(),
            Outcome::Skipped => {
                format!("skipped: in environment {}", test.environment.as_deref().unwrap_or("none"))
            }
        };
        let _ = writeln!(out, "  it {} ... {outcome}", name(test));
    }
    out.push('\n');
    for (test, outcome) in ran {
        if let Outcome::Failed(found) = outcome {
            let _ = writeln!(out, "{}", failure(source, test, found));
        }
    }
}

/// The name of a test, on one line.
pub(super) fn name(test: &Test) -> String {
    prose(&test.name.value.replace('\n', " "))
}

/// Why a test failed: what was expected, what came, what decides it, and what would have to change.
pub(super) fn failure(source: &Source, test: &Test, failure: &Failure) -> String {
    let (line, column) = source.line_column(test.place.span.start);
    let mut out = format!("{}:{line}:{column}: it {}\n", display::name(source), name(test));
    let _ = writeln!(out, "  expected: {}", words(test.expect.value));
    let _ = writeln!(out, "  found:    {}", words(failure.found));
    if failure.reasons.is_empty() {
        out.push_str("  no route leads there: the server adds no CORS headers\n");
    }
    for reason in &failure.reasons {
        out.push_str(&excerpt(source, reason.place, &reason.why));
    }
    let _ = writeln!(out, "  to pass:  {}", prose(&failure.advice));
    out
}

fn coverage(source: &Source, groups: &[Group], out: &mut String) {
    let _ = writeln!(out, "coverage of {}", display::name(source));
    for Group { policy, items } in groups {
        let exercised = items.iter().filter(|item| item.exercised).count();
        let name = group(policy.as_deref());
        let _ = writeln!(out, "  {name}: {}% ({exercised} of {})", percent(exercised, items.len()), items.len());
        for item in items.iter().filter(|item| !item.exercised) {
            let what = match item.kind {
                Kind::Origin => "no test is allowed by the origin",
                Kind::Method => "no test is allowed the method",
                Kind::Header => "no test is allowed the header",
                Kind::Route => "no test takes the route",
            };
            let within = item.environment.as_ref().map(|name| format!(", in environment {name}"));
            let text = format!("{what} `{}`{}", item.text, within.unwrap_or_default());
            out.push_str(&indented(&excerpt(source, item.place, &text)));
        }
    }
    out.push('\n');
}

fn mutants(source: &Source, found: &Mutants, out: &mut String) {
    let _ = writeln!(out, "mutants of {}", display::name(source));
    let mut names: Vec<Option<&str>> = found.list.iter().map(|mutant| mutant.policy.as_deref()).collect();
    names.dedup();
    for policy in names {
        let own: Vec<&Mutant> = found.list.iter().filter(|mutant| mutant.policy.as_deref() == policy).collect();
        let count = |is: fn(&Fate) -> bool| own.iter().filter(|mutant| is(&mutant.fate)).count();
        let (tests, assertions, checker) = (
            count(|fate| matches!(fate, Fate::Test(_))),
            count(|fate| matches!(fate, Fate::Assertion(_))),
            count(|fate| matches!(fate, Fate::Checker(_))),
        );
        let left_out = found.left_out.iter().find(|(name, _)| name.as_deref() == policy);
        let left_out = left_out.map(|(_, count)| format!("; {count} more were left out")).unwrap_or_default();
        let _ = writeln!(
            out,
            "  {}: {} of {} killed: {tests} by tests, {assertions} by assertions, {checker} refused by `cors check`{left_out}",
            group(policy),
            tests + assertions + checker,
            own.len()
        );
        for mutant in own.iter().filter(|mutant| matches!(mutant.fate, Fate::Lived(_))) {
            let old = if mutant.old.is_empty() { "nothing".to_owned() } else { format!("`{}`", mutant.old) };
            let new = if mutant.new.is_empty() { "nothing".to_owned() } else { format!("`{}`", mutant.new) };
            let text = format!("lived: {}: {old} -> {new}", mutant.what);
            out.push_str(&indented(&excerpt(source, mutant.place, &text)));
        }
    }
    if !found.tests.is_empty() {
        out.push_str("  tests that would kill them, under the names that you give them:\n\n");
        found.tests.iter().for_each(|test| out.push_str(&yaml::item(test)));
    }
    out.push('\n');
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

fn summary(report: &Report, out: &mut String) {
    let sum = report.summary();
    let plural = |count: usize, of: &str| format!("{count} {of}{}", if count == 1 { "" } else { "s" });
    let _ = write!(out, "{}: {}", plural(sum.files, "file"), plural(sum.tests, "test"));
    let _ = write!(out, ", {} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped);
    if report.tested().any(|(_, tested)| tested.coverage.is_some()) {
        let _ = write!(out, "; {}% covered", percent(sum.exercised, sum.items));
    }
    if sum.mutants > 0 {
        let _ = write!(out, "; {} of {} killed", sum.mutants - sum.lived, plural(sum.mutants, "mutant"));
    }
    out.push('\n');
    if sum.faulty > 0 {
        let _ = writeln!(out, "not tested, since they have errors: {}", plural(sum.faulty, "file"));
    }
    if sum.unreadable > 0 {
        let _ = writeln!(out, "not tested, since they could not be read: {}", plural(sum.unreadable, "file"));
    }
    let names = |is: fn(&Tested) -> bool| {
        let files = report.tested().filter(|(_, tested)| is(tested)).map(|(source, _)| display::name(source));
        files.collect::<Vec<_>>().join(", ")
    };
    let untested = names(|tested| tested.defined == 0);
    if !untested.is_empty() {
        let _ = writeln!(out, "without tests: {untested}");
    }
}

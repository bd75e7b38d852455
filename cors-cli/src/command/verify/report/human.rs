//! The report for people.

use std::fmt::Write as _;

use super::{Failure, Report};

/// How many failures of one cause are shown in full, and how many by their first line.
const IN_FULL: usize = 2;
const IN_A_LINE: usize = 10;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for group in &report.causes {
        let _ = writeln!(out, "failed: {}", group.title);
        let _ = writeln!(out, "  remedy: {}", group.remedy);
        for (turn, failure) in group.failures.iter().take(IN_FULL + IN_A_LINE).enumerate() {
            head(failure, &mut out);
            if turn < IN_FULL {
                detail(failure, &mut out);
            }
        }
        let more = group.failures.len().saturating_sub(IN_FULL + IN_A_LINE);
        if more > 0 {
            let _ = writeln!(out, "  and {more} more");
        }
        out.push('\n');
    }
    for note in &report.notes {
        let answers = counted(note.answers, "answer");
        let _ = writeln!(out, "note: {} ({answers}, such as to {})", note.what, note.example.request);
    }
    for target in report.targets.iter().filter(|target| !target.is_edge) {
        let requests = counted(target.requests, "request");
        let _ = writeln!(out, "asked: {} under policy {}, {requests}", target.path, target.policy);
    }
    let edges = || report.targets.iter().filter(|target| target.is_edge);
    if edges().count() > 0 {
        let paths = counted(edges().count(), "path");
        let requests = counted(edges().map(|target| target.requests).sum(), "request");
        let _ = writeln!(out, "asked: {paths} at the edges of routes, {requests}");
    }
    let failures: usize = report.causes.iter().map(|group| group.failures.len()).sum();
    let Report { url, file, .. } = report;
    let requests = counted(report.requests, "request");
    let _ = match (failures, &report.error) {
        (0, None) => writeln!(out, "holds: {url} answers {requests} as {file} says"),
        (0, Some(_)) => writeln!(out, "unfinished: {url} answers {requests} as {file} says, and then none"),
        _ => {
            let failures = counted(failures, "failure");
            writeln!(out, "fails: {url} does not do as {file} says: {failures} in {requests}")
        }
    };
    out
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn head(failure: &Failure, out: &mut String) {
    let _ = writeln!(out, "  {} (policy {}): {}", failure.request, failure.policy, failure.what);
}

/// The place of the policy, the request, the answer, and what the browser says.
pub(super) fn detail(failure: &Failure, out: &mut String) {
    let Failure { file, line, column, text, .. } = failure;
    let _ = writeln!(out, "    {file}:{line}:{column}: {text}");
    let _ = writeln!(out, "    request: {}", failure.request.curl);
    let _ = writeln!(out, "    answer:  {}", failure.answer.status);
    for field in &failure.answer.headers {
        let _ = writeln!(out, "             {}: {}", field.name, field.value);
    }
    if let Some(console) = &failure.console {
        let _ = writeln!(out, "    console: {console}");
    }
}

//! For people at a terminal, and for logs: a line for each difference, with the place that makes it.

use std::fmt::Write as _;

use cors_compiler::compare::{Change, Location, Verdict};
use cors_compiler::diagnostic::display::{one_line, prose};

use super::{Report, words};

/// The most lines for one aspect of a policy.
const MOST_LINES: usize = 20;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for file in &report.files {
        let comparison = &file.comparison;
        if comparison.verdict == Verdict::Equal {
            continue;
        }
        let _ = writeln!(
            out,
            "{}{}: {}{}",
            one_line(&file.name),
            words::environment(file, one_line),
            words::status(file.status),
            comparison.verdict
        );
        for policy in comparison.policies.iter().filter(|policy| policy.verdict != Verdict::Equal) {
            let status = words::status(policy.status);
            let _ = writeln!(out, "  policy {}: {status}{}", one_line(&policy.name), policy.verdict);
            changes(&policy.changes, &mut out);
        }
        for routes in &comparison.routes {
            for path in routes.paths.iter().take(MOST_LINES) {
                let place = words::route(path).map(|at| format!(" ({})", place(at))).unwrap_or_default();
                let _ = writeln!(out, "  path {}: {}{place}", one_line(&path.path), words::routes(routes, &code));
            }
            more(routes.paths.len().saturating_sub(MOST_LINES), "path", &mut out);
            changes(&routes.changes, &mut out);
        }
    }
    let _ = writeln!(out, "{}: {}", report.verdict, words::meaning(report.verdict));
    out
}

fn changes(changes: &[Change], out: &mut String) {
    for change in changes {
        let lines = words::lines(change, code);
        for line in lines.iter().take(MOST_LINES) {
            let through: Vec<String> = line.through.iter().map(place).collect();
            let through = if through.is_empty() { String::new() } else { format!(" (through {})", through.join(", ")) };
            let _ = writeln!(out, "    {} {}: {}{through}", line.sign, place(line.location), prose(&line.text));
        }
        more(lines.len().saturating_sub(MOST_LINES), "line", out);
    }
}

fn more(count: usize, what: &str, out: &mut String) {
    if count > 0 {
        let plural = if count == 1 { "" } else { "s" };
        let _ = writeln!(out, "    … and {count} more {what}{plural}; --format json has all of them");
    }
}

fn place(at: &Location) -> String {
    format!("{}:{}:{}", one_line(&at.file), at.line, at.column)
}

fn code(text: &str) -> String {
    format!("`{}`", one_line(text))
}

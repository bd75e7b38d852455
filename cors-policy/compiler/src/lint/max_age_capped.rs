//! `max-age-capped`: a time that browsers cut short.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "max-age-capped",
    severity: Severity::Info,
    acceptable: true,
    summary: "a `max_age` beyond what browsers honour",
    explanation: include_str!("../explain/max-age-capped.md"),
};

/// For how many seconds browsers keep the answer to a preflight at most.
const CAPS: [(&str, u32); 3] = [("Chromium", 7200), ("Firefox", 86_400), ("WebKit", 600)];

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        let Some(max_age) = &policy.max_age else { continue };
        let seconds = max_age.value;
        let honoured = CAPS.iter().filter(|&&(_, cap)| seconds <= cap).count();
        let (severity, message) = match honoured {
            0 => (Severity::Warning, format!("no browser keeps an answer for {seconds} seconds")),
            _ if honoured == CAPS.len() => continue,
            _ => (Severity::Info, format!("not every browser keeps an answer for {seconds} seconds")),
        };
        let effective = CAPS.map(|(browser, cap)| format!("{browser} {} s", seconds.min(cap))).join(", ");
        let diagnostic = Diagnostic::new(&CODE, message)
            .severity(severity)
            .at(max_age, format!("in effect: {effective}"))
            .help("write at most `1d` (86400 seconds); `2h` is all that Chromium honours, `10m` all that WebKit does");
        findings.policy(policy, diagnostic);
    }
}

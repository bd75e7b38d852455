//! `header-too-large`: a line that proxies do not carry.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "header-too-large",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a header of the answer is longer than 4 KiB",
    explanation: include_str!("../explain/header-too-large.md"),
};

/// The room that proxies give a header by default: one memory page.
const LIMIT: usize = 4096;

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for (key, value, place) in policy.lists() {
            let (Some(value), Some(place)) = (value, place) else { continue };
            let length = "access-control-".len() + key.len() + ": \r\n".len() + value.len();
            if length <= LIMIT {
                continue;
            }
            let diagnostic = Diagnostic::new(&CODE, format!("the header of `{key}` would have {length} bytes"))
                .at(place, format!("proxies give a header {LIMIT} bytes by default"))
                .help("shorten the list, or write `*` if the policy has no credentials");
            findings.policy(policy, diagnostic);
        }
    }
}

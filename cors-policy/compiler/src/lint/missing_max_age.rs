//! `missing-max-age`: a preflight before nearly every request.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "missing-max-age",
    severity: Severity::Info,
    acceptable: true,
    summary: "without `max_age` nearly every request is preceded by a preflight",
    explanation: include_str!("../explain/missing-max-age.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    if !findings.complete {
        return;
    }
    for policy in file.policies.iter().filter(|policy| policy.max_age.is_none()) {
        // Without either list no request of a page passes a preflight, so there is none to save.
        let needs_preflights = [policy.allow_methods.header_value(), policy.allow_headers.header_value()];
        if needs_preflights.iter().all(Option::is_none) {
            continue;
        }
        let message = format!("policy `{}` has no `max_age`", policy.name.value);
        let diagnostic = Diagnostic::new(&CODE, message)
            .at(&policy.name, "browsers keep the answer to a preflight for 5 seconds")
            .help("add `max_age: 10m`, which every browser honours, or `max_age: 0` if nothing is to be kept");
        findings.policy(policy, diagnostic);
    }
}

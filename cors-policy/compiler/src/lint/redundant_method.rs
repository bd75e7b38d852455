//! `redundant-method`: CORS-safelisted methods need no listing.

use super::lists::{Redundant, redundant};
use super::{Findings, Lint};
use crate::diagnostic::{Code, Severity};
use crate::fetch::method::is_cors_safelisted_method;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "redundant-method",
    severity: Severity::Info,
    acceptable: true,
    summary: "a method that scripts may always use",
    explanation: include_str!("../explain/redundant-method.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in file.policies.iter().filter(|policy| policy.allow_methods.wildcard.is_none()) {
        let rule = Redundant {
            code: &CODE,
            is_redundant: is_cors_safelisted_method,
            why: "scripts may always use it",
            help: "leave it out: CORS cannot forbid GET, HEAD and POST; only the service itself can",
        };
        redundant(findings, policy, &policy.allow_methods, &rule);
    }
}

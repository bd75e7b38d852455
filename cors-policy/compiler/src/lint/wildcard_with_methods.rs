//! `wildcard-with-methods`: a list that is not the restriction it seems to be.

use super::lists::dead_beside_wildcard;
use super::{Findings, Lint};
use crate::diagnostic::{Code, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "wildcard-with-methods",
    severity: Severity::Warning,
    acceptable: true,
    summary: "methods beside `*` are dead",
    explanation: include_str!("../explain/wildcard-with-methods.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        dead_beside_wildcard(findings, policy, &policy.allow_methods, &CODE, "method", |_| true);
    }
}

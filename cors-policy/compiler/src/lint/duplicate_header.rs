//! `duplicate-header`: one header name, two entries.

use super::lists::repeated;
use super::{Findings, Lint};
use crate::diagnostic::{Code, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "duplicate-header",
    severity: Severity::Warning,
    acceptable: true,
    summary: "the same header name twice",
    explanation: include_str!("../explain/duplicate-header.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        repeated(findings, policy, &policy.allow_headers, &CODE);
        repeated(findings, policy, &policy.expose_headers, &CODE);
    }
}

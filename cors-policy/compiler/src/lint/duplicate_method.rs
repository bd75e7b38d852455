//! `duplicate-method`: one method, two entries.

use super::lists::repeated;
use super::{Findings, Lint};
use crate::diagnostic::{Code, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "duplicate-method",
    severity: Severity::Warning,
    acceptable: true,
    summary: "the same method twice",
    explanation: include_str!("../explain/duplicate-method.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        repeated(findings, policy, &policy.allow_methods, &CODE);
    }
}

//! `only-violated`: an origin is admitted that `only` does not list.

use super::{Findings, Lint, Scope, assertions};
use crate::diagnostic::{Code, Severity};
use crate::ir::{File, Kind};

pub(super) static LINT: Lint = Lint::error(Scope::Entry, &CODE, check);

static CODE: Code = Code {
    id: "only-violated",
    severity: Severity::Error,
    acceptable: false,
    summary: "a policy admits an origin that `only` does not list",
    explanation: include_str!("../explain/only-violated.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    assertions::check(Kind::Only, &CODE, file, findings);
}

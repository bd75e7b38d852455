//! `never-violated`: an origin that `never` rules out is admitted.

use super::{Findings, Lint, Scope, assertions};
use crate::diagnostic::{Code, Severity};
use crate::ir::{File, Kind};

pub(super) static LINT: Lint = Lint::error(Scope::Entry, &CODE, check);

static CODE: Code = Code {
    id: "never-violated",
    severity: Severity::Error,
    acceptable: false,
    summary: "a policy admits an origin that `never` rules out",
    explanation: include_str!("../explain/never-violated.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    assertions::check(Kind::Never, &CODE, file, findings);
}

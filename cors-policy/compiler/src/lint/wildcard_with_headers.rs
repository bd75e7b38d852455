//! `wildcard-with-headers`: a list that is not the restriction it seems to be.

use super::lists::dead_beside_wildcard;
use super::{Findings, Lint};
use crate::diagnostic::{Code, Severity};
use crate::fetch::header_name::is_cors_non_wildcard_request_header_name;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "wildcard-with-headers",
    severity: Severity::Warning,
    acceptable: true,
    summary: "header names beside `*` are dead",
    explanation: include_str!("../explain/wildcard-with-headers.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        let is_covered = |name: &str| !is_cors_non_wildcard_request_header_name(name);
        dead_beside_wildcard(findings, policy, &policy.allow_headers, &CODE, "request header", is_covered);
        dead_beside_wildcard(findings, policy, &policy.expose_headers, &CODE, "response header", |_| true);
    }
}

//! `redundant-exposed-header`: CORS-safelisted response-headers need no listing.

use super::lists::{Redundant, redundant};
use super::{Findings, Lint};
use crate::diagnostic::{Code, Severity};
use crate::fetch::header_name::is_cors_safelisted_response_header_name;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "redundant-exposed-header",
    severity: Severity::Info,
    acceptable: true,
    summary: "a response header that scripts may always read",
    explanation: include_str!("../explain/redundant-exposed-header.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in file.policies.iter().filter(|policy| policy.expose_headers.wildcard.is_none()) {
        let rule = Redundant {
            code: &CODE,
            is_redundant: is_cors_safelisted_response_header_name,
            why: "scripts may always read it",
            help: "leave it out: CORS cannot hide it from the pages that it allows",
        };
        redundant(findings, policy, &policy.expose_headers, &rule);
    }
}

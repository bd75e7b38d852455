//! `redundant-request-header`: CORS-safelisted request-headers need no listing.

use super::lists::{Redundant, redundant};
use super::{Findings, Lint};
use crate::diagnostic::{Code, Severity};
use crate::fetch::header_name::is_cors_safelisted_request_header;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "redundant-request-header",
    severity: Severity::Info,
    acceptable: true,
    summary: "a request header that scripts may always send",
    explanation: include_str!("../explain/redundant-request-header.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in file.policies.iter().filter(|policy| policy.allow_headers.wildcard.is_none()) {
        let rule = Redundant {
            code: &CODE,
            is_redundant: is_cors_safelisted_request_header,
            why: "scripts may always send it",
            help: "leave it out, unless scripts send an unusual value (over 128 bytes, quotes or brackets, several ranges)",
        };
        redundant(findings, policy, &policy.allow_headers, &rule);
    }
}

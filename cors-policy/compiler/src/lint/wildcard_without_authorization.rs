//! `wildcard-without-authorization`: the one header that `*` leaves out.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::header_name::is_cors_non_wildcard_request_header_name;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "wildcard-without-authorization",
    severity: Severity::Warning,
    acceptable: true,
    summary: "`*` in `allow_headers` does not cover `Authorization`",
    explanation: include_str!("../explain/wildcard-without-authorization.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    // With credentials `*` is no wildcard at all, which is an error of its own.
    for policy in file.policies.iter().filter(|policy| !policy.allows_credentials()) {
        let Some(wildcard) = policy.allow_headers.wildcard else { continue };
        if policy.allow_headers.listed.iter().any(|name| is_cors_non_wildcard_request_header_name(name.value.as_ref()))
        {
            continue;
        }
        let diagnostic = Diagnostic::new(&CODE, "`*` does not cover the request header `authorization`")
            .at(wildcard, "covers every other request header")
            .help(
                "write `allow_headers: [\"*\", authorization]`, or say that no script sends it: \
                 `accept_risks: {wildcard-without-authorization: <reason>}`",
            );
        findings.policy(policy, diagnostic);
    }
}

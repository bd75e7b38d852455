//! `missing-content-type`: a JSON body that fails its preflight.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::method::has_a_body;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "missing-content-type",
    severity: Severity::Info,
    acceptable: true,
    summary: "methods with a body are allowed, `Content-Type` is not",
    explanation: include_str!("../explain/missing-content-type.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    if !findings.complete {
        return;
    }
    for policy in &file.policies {
        let headers = &policy.allow_headers;
        if headers.wildcard.is_some() || headers.listed.iter().any(|name| name.value.as_ref() == "content-type") {
            continue;
        }
        let methods = &policy.allow_methods;
        let with_body = methods.listed.iter().find(|method| has_a_body(method.value.as_ref()));
        let (place, label) = match (with_body, methods.wildcard) {
            (Some(method), _) => (method.place, "usually has a body"),
            (None, Some(wildcard)) => (wildcard, "covers PUT and PATCH, which have a body"),
            (None, None) => continue,
        };
        let mut diagnostic =
            Diagnostic::new(&CODE, "scripts may send a body, but not `Content-Type: application/json`")
                .at(place, label);
        if let Some(list) = headers.place {
            diagnostic = diagnostic.at(list, "`content-type` is not listed");
        }
        findings.policy(policy, diagnostic.help("add `content-type` to `allow_headers`, if bodies are JSON"));
    }
}

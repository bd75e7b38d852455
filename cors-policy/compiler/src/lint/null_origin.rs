//! `null-origin`: the `null` origin can be had by anyone.

use super::{Findings, Lint, Scope, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::error(Scope::Entry, &CODE, check);

static CODE: Code = Code {
    id: "null-origin",
    severity: Severity::Error,
    acceptable: true,
    summary: "the `null` origin is sent by any sandboxed frame",
    explanation: include_str!("../explain/null-origin.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins().iter().filter(|origin| origin.pattern.value == OriginPattern::Null) {
            let message = format!("`null` allows every sandboxed frame{}", with_credentials(policy));
            let diagnostic =
                Diagnostic::new(&CODE, message).at(&origin.pattern, "any site can open a frame that sends this");
            if policy.allows_credentials() {
                let help = "remove it, or remove `allow_credentials`; with credentials this risk cannot be accepted";
                findings.never_acceptable(policy, origin, diagnostic.help(help));
            } else {
                let help = "remove it; if the response is no secret, say so: `accept_risks: {null-origin: <reason>}`";
                findings.origin(policy, origin, diagnostic.help(help));
            }
        }
    }
}

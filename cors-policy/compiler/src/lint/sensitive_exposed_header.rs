//! `sensitive-exposed-header`: a secret that every script can read.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::header_name::is_usually_secret;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "sensitive-exposed-header",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a response header that usually carries a secret is exposed",
    explanation: include_str!("../explain/sensitive-exposed-header.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for name in policy.expose_headers.listed.iter().filter(|name| is_usually_secret(name.value.as_ref())) {
            let message = format!("`{}` usually carries a secret", name.value.as_ref());
            let diagnostic =
                Diagnostic::new(&CODE, message).at(name, "every script on an allowed page can read it").help(
                    "leave it out, or say why scripts must read it: \
                     `accept_risks: {sensitive-exposed-header: <reason>}`",
                );
            findings.policy(policy, diagnostic);
        }
    }
}

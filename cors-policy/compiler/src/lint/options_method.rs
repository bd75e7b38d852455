//! `options-method`: browsers ask no leave for the preflight itself.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "options-method",
    severity: Severity::Info,
    acceptable: true,
    summary: "OPTIONS is listed, which preflights do not need",
    explanation: include_str!("../explain/options-method.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        let listed = &policy.allow_methods.listed;
        for method in listed.iter().filter(|method| method.value.as_ref() == "OPTIONS") {
            let diagnostic = Diagnostic::new(&CODE, "CORS-preflight requests need no leave to use OPTIONS")
                .at(method, "lets scripts call OPTIONS themselves")
                .help("leave it out, unless scripts call OPTIONS themselves");
            findings.policy(policy, diagnostic);
        }
    }
}

//! `development-origin`: a developer's machine in production.

use super::reach::{is_loopback_page, is_public_page};
use super::{Findings, Lint, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "development-origin",
    severity: Severity::Warning,
    acceptable: true,
    summary: "an origin on the visitor's own machine in a policy for public origins",
    explanation: include_str!("../explain/development-origin.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        let Some(public) = policy.origins().iter().find(|origin| is_public_page(&origin.pattern.value)) else {
            continue;
        };
        for origin in policy.origins().iter().filter(|origin| is_loopback_page(&origin.pattern.value)) {
            let pattern = &origin.pattern.value;
            let message = format!("`{pattern}` is allowed{} beside public origins", with_credentials(policy));
            let diagnostic = Diagnostic::new(&CODE, message)
                .at(&origin.pattern, "any program on the visitor's machine can serve this origin")
                .at(&public.pattern, "a public origin")
                .help(
                    "move it to a policy or file for development, or say why it must be here: \
                     `accept_risks: {development-origin: <reason>}`",
                );
            findings.origin(policy, origin, diagnostic);
        }
    }
}

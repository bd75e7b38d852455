//! `development-origin`: a developer's machine in production.

use super::reach::{admits_strangers, loopback_page, public_page};
use super::{Findings, Lint, Scope, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::error(Scope::Policy, &CODE, check);

static CODE: Code = Code {
    id: "development-origin",
    severity: Severity::Warning,
    acceptable: true,
    summary: "an origin on the visitor's own machine in a policy for public origins",
    explanation: include_str!("../explain/development-origin.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    let (severity, way_out) = match &file.environment {
        Some(environment) if environment.development => return,
        Some(_) => (Severity::Error, "mark the environment with `development: true`, remove the entry there"),
        None => (CODE.severity, "move it to an environment with `development: true`"),
    };
    for policy in &file.policies {
        let origins = policy.origins();
        let Some(public) = origins.iter().find(|origin| public_page(&origin.pattern.value).is_some()) else { continue };
        for origin in origins.iter().filter(|origin| !admits_strangers(policy, origin)) {
            let Some(loopback) = loopback_page(&origin.pattern.value) else { continue };
            let message = format!("`{loopback}` is allowed{} beside public origins", with_credentials(policy));
            let mut diagnostic = Diagnostic::new(&CODE, message)
                .severity(severity)
                .at(&origin.pattern, "any program on the visitor's machine can serve this origin");
            if origin.pattern.span() != public.pattern.span() {
                diagnostic = diagnostic.at(&public.pattern, "a public origin");
            }
            let help =
                format!("{way_out}, or say why it must be here: `accept_risks: {{development-origin: <reason>}}`");
            findings.origin(policy, origin, diagnostic.help(help));
        }
    }
}

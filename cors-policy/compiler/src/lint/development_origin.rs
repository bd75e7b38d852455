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
    summary: "an origin on the visitor's own machine, outside a development environment",
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
        let public = origins.iter().find(|origin| public_page(&origin.pattern.value).is_some());
        // As it is written, a policy without public origins is taken for one for developers.
        if public.is_none() && file.environment.is_none() {
            continue;
        }
        let beside = if public.is_some() { " beside public origins" } else { "" };
        for origin in origins.iter().filter(|origin| !admits_strangers(policy, origin)) {
            let Some(loopback) = loopback_page(&origin.pattern.value) else { continue };
            let message = format!("`{loopback}` is allowed{}{beside}", with_credentials(policy));
            let mut diagnostic = Diagnostic::new(&CODE, message)
                .severity(severity)
                .at(&origin.pattern, "any program on the visitor's machine can serve this origin");
            if let Some(public) = public.filter(|public| public.pattern.span() != origin.pattern.span()) {
                diagnostic = diagnostic.at(&public.pattern, "a public origin");
            }
            let help =
                format!("{way_out}, or say why it must be here: `accept_risks: {{development-origin: <reason>}}`");
            findings.origin(policy, origin, diagnostic.help(help));
        }
    }
}

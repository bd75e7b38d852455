//! `unused-policy`: a policy that guards nothing.

use std::collections::HashSet;

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "unused-policy",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a policy to which no route leads",
    explanation: include_str!("../explain/unused-policy.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    let Some(routes) = file.routes.as_ref().filter(|_| findings.complete) else { return };
    let routed: HashSet<&str> = routes.iter().filter_map(|route| route.policy.as_deref()).collect();
    for policy in file.policies.iter().filter(|policy| !routed.contains(policy.name.value.as_str())) {
        let diagnostic = Diagnostic::new(&CODE, format!("no route leads to policy `{}`", policy.name.value))
            .at(&policy.name, "applies to no path")
            .help(format!("add a route with `policy: {}`, or remove the policy", policy.name.value));
        findings.policy(policy, diagnostic);
    }
}

//! `unused-accepted-risk`: an exception that outlived its cause.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::{AcceptedRisk, File, Policy};

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "unused-accepted-risk",
    severity: Severity::Warning,
    acceptable: true,
    summary: "an accepted risk that does not occur",
    explanation: include_str!("../explain/unused-accepted-risk.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    if !findings.complete {
        return;
    }
    let is_own = |risk: &&AcceptedRisk| risk.id.value == CODE.id;
    for policy in &file.policies {
        let on_entries = policy.origins().iter().flat_map(|origin| &origin.accepted_risks);
        for risk in on_entries.chain(&policy.accepted_risks).filter(|risk| !is_own(risk)) {
            unused(policy, risk, findings);
        }
    }
    // Whether this very warning was accepted in vain, is known only now.
    for policy in &file.policies {
        for risk in policy.accepted_risks.iter().filter(is_own) {
            if !findings.has_occurred(risk) {
                findings.file(diagnostic(risk));
            }
        }
    }
}

fn unused(policy: &Policy, risk: &AcceptedRisk, findings: &mut Findings<'_>) {
    if !findings.has_occurred(risk) {
        findings.policy(policy, diagnostic(risk));
    }
}

fn diagnostic(risk: &AcceptedRisk) -> Diagnostic {
    Diagnostic::new(&CODE, format!("the accepted risk `{}` does not occur", risk.id.value))
        .at(&risk.id, "accepts nothing")
        .help("remove it, so that the risk is reported should it come back")
}

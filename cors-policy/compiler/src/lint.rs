//! Lints: risks in a policy that is otherwise valid. One file each, one line each in [`LINTS`].

mod any_port_on_public_host;
mod insecure_origin;
mod null_origin;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::ir::{AcceptedRisk, File, Origin, Policy};

/// A lint.
#[derive(Debug)]
pub struct Lint {
    /// Its id and what it is about.
    pub code: &'static Code,
    /// Looks for it.
    check: fn(&File, &mut Findings<'_>),
}

/// Every lint. A new one is a file in `lint/` and a line here.
pub static LINTS: &[&Lint] = &[&any_port_on_public_host::LINT, &insecure_origin::LINT, &null_origin::LINT];

/// Runs every lint on a file; risks that the owner accepts are left out.
pub fn run(file: &File, diagnostics: &mut Diagnostics) {
    let mut findings = Findings { diagnostics };
    for lint in LINTS {
        (lint.check)(file, &mut findings);
    }
}

/// The sink of the lints.
struct Findings<'a> {
    diagnostics: &'a mut Diagnostics,
}

impl Findings<'_> {
    /// Reports a risk of one entry, unless it is accepted there or for the whole policy.
    fn origin(&mut self, policy: &Policy, origin: &Origin, diagnostic: Diagnostic) {
        let accepts = |risks: &[AcceptedRisk]| risks.iter().any(|risk| risk.id.value == diagnostic.code.id);
        if !accepts(&policy.accepted_risks) && !accepts(&origin.accepted_risks) {
            self.never_acceptable(origin, diagnostic);
        }
    }

    /// Reports a fault of one entry that no reason excuses.
    fn never_acceptable(&mut self, origin: &Origin, diagnostic: Diagnostic) {
        let through = |diagnostic: Diagnostic, place| diagnostic.at(place, "used through this set");
        self.diagnostics.push(origin.through.iter().copied().fold(diagnostic, through));
    }
}

/// An error with credentials, otherwise as given: credentials turn an unwanted reader into a thief.
fn error_with_credentials(policy: &Policy, otherwise: Severity) -> Severity {
    if policy.allows_credentials() { Severity::Error } else { otherwise }
}

/// The words that credentials add to a message.
fn with_credentials(policy: &Policy) -> &'static str {
    if policy.allows_credentials() { " with credentials" } else { "" }
}

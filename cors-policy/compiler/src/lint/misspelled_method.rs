//! `misspelled-method`: `PACTH` is a valid method that nobody sends.

use super::{Findings, Lint};
use crate::check::part_of;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::method::misspelling_of;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "misspelled-method",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a method that is one letter away from a registered one",
    explanation: include_str!("../explain/misspelled-method.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for method in &policy.allow_methods.listed {
            let text = method.value.as_ref();
            let Some(meant) = misspelling_of(text) else { continue };
            let mut diagnostic = Diagnostic::new(&CODE, format!("`{text}` is no registered method; `{meant}` is"))
                .at(method, "allows a method of this very name")
                .help(format!("write `{meant}`"));
            if let Some(part) = part_of(findings.source, method.place, text, &(0..text.len())) {
                diagnostic = diagnostic.fix(part, meant);
            }
            findings.policy(policy, diagnostic);
        }
    }
}

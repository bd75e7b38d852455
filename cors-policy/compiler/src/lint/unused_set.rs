//! `unused-set`: origins that seem to be allowed, and are not.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "unused-set",
    severity: Severity::Warning,
    acceptable: false,
    summary: "an origin set that no policy uses",
    explanation: include_str!("../explain/unused-set.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    if !findings.complete {
        return;
    }
    for set in file.sets.iter().filter(|set| !set.used) {
        let name = &set.name.value;
        let diagnostic = Diagnostic::new(&CODE, format!("no policy uses origin set `{name}`"))
            .at(&set.name, "its origins are allowed nowhere")
            .help(format!("add `set: {name}` to the policy that is meant, or remove the set"));
        findings.file(diagnostic);
    }
}

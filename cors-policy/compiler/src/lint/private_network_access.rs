//! `private-network-access`: a header for a superseded draft.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "private-network-access",
    severity: Severity::Warning,
    acceptable: true,
    summary: "`allow_private_network` belongs to a draft that browsers have given up",
    explanation: include_str!("../explain/private-network-access.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        let Some(place) = policy.allow_private_network else { continue };
        let diagnostic = Diagnostic::new(&CODE, "browsers no longer ask for private network access in preflights")
            .at(place, "only older ones look at the answer")
            .help("leave it out: current browsers ask the visitor (Local Network Access), not the server");
        findings.policy(policy, diagnostic);
    }
}

//! `label-wildcard-at-public-suffix`: a wildcard in a name that anyone can register.

use super::{Findings, Lint, Scope, error_with_credentials, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::fetch::public_suffix::is_public_suffix;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::error(Scope::Entry, &CODE, check);

static CODE: Code = Code {
    id: "label-wildcard-at-public-suffix",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a wildcard inside a label directly under a public suffix",
    explanation: include_str!("../explain/label-wildcard-at-public-suffix.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let pattern = &origin.pattern.value;
            let OriginPattern::Tuple { scheme, host: HostPattern::Label { before, after, suffix }, .. } = pattern
            else {
                continue;
            };
            if !is_public_suffix(suffix) {
                continue;
            }
            let witness = format!("{scheme}://{before}evil{after}.{suffix}");
            let message = format!(
                "`{pattern}` admits names that anyone can register under `{suffix}`{}",
                with_credentials(policy)
            );
            let diagnostic = Diagnostic::new(&CODE, message)
                .severity(error_with_credentials(policy, Severity::Warning))
                .at(&origin.pattern, format!("anyone can have `{witness}`"))
                .help("list the names that are yours, or use a domain of your own");
            findings.origin(policy, origin, diagnostic);
        }
    }
}

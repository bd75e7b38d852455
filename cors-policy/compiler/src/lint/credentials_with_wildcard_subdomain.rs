//! `credentials-with-wildcard-subdomain`: the weakest subdomain decides.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "credentials-with-wildcard-subdomain",
    severity: Severity::Info,
    acceptable: true,
    summary: "every subdomain may use credentials",
    explanation: include_str!("../explain/credentials-with-wildcard-subdomain.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in file.policies.iter().filter(|policy| policy.allows_credentials()) {
        for origin in policy.origins() {
            let pattern = &origin.pattern.value;
            let OriginPattern::Tuple { host: HostPattern::Subdomains { .. }, .. } = pattern else { continue };
            if pattern.is_loopback() {
                continue;
            }
            let message = format!("`{pattern}` lets every subdomain use credentials");
            let diagnostic = Diagnostic::new(&CODE, message)
                .at(&origin.pattern, "the takeover of any one of them suffices")
                .help("list the subdomains that need credentials");
            findings.origin(policy, origin, diagnostic);
        }
    }
}

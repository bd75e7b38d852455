//! `any-port-on-public-host`: whoever may open a port on a host may open the one that is allowed.

use super::reach::is_public;
use super::{Findings, Lint, error_with_credentials, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{OriginPattern, PortPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "any-port-on-public-host",
    severity: Severity::Warning,
    acceptable: true,
    summary: "every port of a public host is allowed",
    explanation: include_str!("../explain/any-port-on-public-host.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let pattern = &origin.pattern.value;
            let OriginPattern::Tuple { scheme, host, port } = pattern else { continue };
            if !is_wide(*port) || pattern.is_loopback() || !is_public(host) {
                continue;
            }
            let message = format!("`{pattern}` allows too many ports of a public host{}", with_credentials(policy));
            let diagnostic = Diagnostic::new(&CODE, message)
                .severity(error_with_credentials(policy, Severity::Warning))
                .at(&origin.pattern, "whatever listens on any of these ports is allowed")
                .help(format!("name the ports, such as `{scheme}://{host}:8443` or `{scheme}://{host}:8000-8999`"));
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// The most ports that a range may have to count as named.
const MOST_PORTS: u16 = 1000;

/// Whether a pattern allows so many ports that nobody can know what listens on them.
fn is_wide(port: PortPattern) -> bool {
    match port {
        PortPattern::Any => true,
        PortPattern::Range(first, last) => last - first >= MOST_PORTS,
        PortPattern::Default | PortPattern::Exact(_) => false,
    }
}

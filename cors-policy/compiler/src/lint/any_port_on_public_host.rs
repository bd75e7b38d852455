//! `any-port-on-public-host`: whoever may open a port on a host may open the one that is allowed.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Findings, Lint, error_with_credentials, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "any-port-on-public-host",
    severity: Severity::Warning,
    acceptable: true,
    summary: "every port of a public host is allowed",
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let pattern = &origin.pattern.value;
            let OriginPattern::Tuple { scheme, host, port: PortPattern::Any } = pattern else { continue };
            if pattern.is_loopback() || !is_public(host) {
                continue;
            }
            let message = format!("`{pattern}` allows every port of a public host{}", with_credentials(policy));
            let diagnostic = Diagnostic::new(&CODE, message)
                .severity(error_with_credentials(policy, Severity::Warning))
                .at(&origin.pattern, "whatever listens on any port there is allowed")
                .help(format!("name the ports, such as `{scheme}://{host}:8443` or `{scheme}://{host}:8000-8999`"));
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// Whether a host may be reached from the internet: not a private address, not a name without a dot,
/// not one of the domains that are resolved locally only.
fn is_public(host: &HostPattern) -> bool {
    let name = match host {
        HostPattern::Exact(host) => host,
        HostPattern::Subdomains { suffix } | HostPattern::Label { suffix, .. } => suffix,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<Ipv4Addr>() {
        return !(address.is_private() || address.is_link_local());
    }
    if let Ok(address) = bare.parse::<Ipv6Addr>() {
        return !(address.is_unique_local() || address.is_unicast_link_local());
    }
    let name = name.trim_end_matches('.');
    let local = [".local", ".internal", ".home.arpa", ".test"];
    (name.contains('.') || !matches!(host, HostPattern::Exact(_))) && !local.iter().any(|suffix| name.ends_with(suffix))
}

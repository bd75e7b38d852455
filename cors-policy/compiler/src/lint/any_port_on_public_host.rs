//! `any-port-on-public-host`: whoever may open a port on a host may open the one that is allowed.

use super::reach::{admits_strangers, public_page, public_witness};
use super::{Findings, Lint, Scope, error_with_credentials, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{OriginPattern, PortPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::error(Scope::Entry, &CODE, check);

static CODE: Code = Code {
    id: "any-port-on-public-host",
    severity: Severity::Warning,
    acceptable: true,
    summary: "every port of a public host is allowed",
    explanation: include_str!("../explain/any-port-on-public-host.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins().iter().filter(|origin| !admits_strangers(policy, origin)) {
            let Some((what, help)) = too_many_ports(&origin.pattern.value) else { continue };
            let message = format!("{what}{}", with_credentials(policy));
            let diagnostic = Diagnostic::new(&CODE, message)
                .severity(error_with_credentials(policy, Severity::Warning))
                .at(&origin.pattern, "whatever listens on any of these ports is allowed")
                .help(help);
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// What is wrong with the ports of an entry, and what to write instead.
fn too_many_ports(pattern: &OriginPattern) -> Option<(String, String)> {
    match pattern {
        OriginPattern::Tuple { scheme, host, port } if is_wide(*port) && public_page(pattern).is_some() => {
            let what = format!("`{pattern}` allows too many ports of a public host");
            Some((what, format!("name the ports, such as `{scheme}://{host}:8443` or `{scheme}://{host}:8000-8999`")))
        }
        OriginPattern::Null | OriginPattern::Tuple { .. } => None,
        OriginPattern::Regex(regex) => {
            let dfa = &regex.dfa;
            let ports = |state| dfa.after(state, b':').map_or(0, |colon| dfa.count_numbers(colon, LONGEST_PORT));
            let hosts = dfa.leading_to(|state| ports(state) > usize::from(MOST_PORTS));
            let origin = public_witness(&hosts)?;
            let what = format!("the expression allows too many ports of the public host of `{origin}`");
            Some((what, "name the ports, such as `:8443` or `:80[0-9]{2}`".to_owned()))
        }
    }
}

/// The digits of the greatest port.
const LONGEST_PORT: u32 = 5;

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

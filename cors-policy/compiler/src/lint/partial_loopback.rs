//! `partial-loopback`: three names of one machine are three origins.

use super::reach::{admits_strangers, is_page, origins, witness};
use super::{Findings, Lint};
use crate::analysis::expression::Expression;
use crate::analysis::labels::PAGE_SCHEMES;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::ir::{File, Origin};

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "partial-loopback",
    severity: Severity::Info,
    acceptable: true,
    summary: "only one of `localhost`, `127.0.0.1` and `[::1]` is listed",
    explanation: include_str!("../explain/partial-loopback.md"),
};

const HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        let own = policy.origins().iter().filter(|origin| !admits_strangers(policy, origin));
        let listed = own.flat_map(|origin| {
            let hosts = HOSTS.into_iter().filter(|host| admits(&origin.pattern.value, host));
            hosts.map(move |host| (origin, host))
        });
        let listed: Vec<(&Origin, &str)> = listed.collect();
        let Some(&(origin, host)) = listed.first() else { continue };
        if listed.iter().any(|&(_, other)| other != host) {
            continue;
        }
        let others: Vec<String> =
            HOSTS.iter().filter(|&&other| other != host).map(|other| format!("`{other}`")).collect();
        let message = format!("`{host}` is listed, but not {}", others.join(" or "));
        let diagnostic = Diagnostic::new(&CODE, message)
            .at(&origin.pattern, "the same server answers under three names")
            .help(format!("add the same origin with {}, if developers open it so", others.join(" and ")));
        findings.origin(policy, origin, diagnostic);
    }
}

/// Whether an entry admits pages of that host.
fn admits(pattern: &OriginPattern, host: &str) -> bool {
    match pattern {
        OriginPattern::Tuple { host: HostPattern::Exact(exact), .. } => exact == host && is_page(pattern),
        OriginPattern::Null | OriginPattern::Tuple { .. } => false,
        OriginPattern::Regex(regex) => {
            let pages = origins(&PAGE_SCHEMES, Expression::literal(host));
            pages.is_some_and(|pages| witness(regex, &pages).is_some())
        }
    }
}

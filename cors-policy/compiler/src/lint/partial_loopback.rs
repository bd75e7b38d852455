//! `partial-loopback`: three names of one machine are three origins.

use super::reach::is_page;
use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

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
        let listed = policy.origins().iter().filter_map(|origin| {
            let OriginPattern::Tuple { host: HostPattern::Exact(host), .. } = &origin.pattern.value else {
                return None;
            };
            (is_page(&origin.pattern.value) && HOSTS.contains(&host.as_str())).then_some((origin, host.as_str()))
        });
        let listed: Vec<_> = listed.collect();
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

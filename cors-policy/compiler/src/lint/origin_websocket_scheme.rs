//! `origin-websocket-scheme`: no page has such an origin.

use super::{Findings, Lint};
use crate::check::part_of;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "origin-websocket-scheme",
    severity: Severity::Warning,
    acceptable: true,
    summary: "the origin of a page is never `ws:` or `wss:`",
    explanation: include_str!("../explain/origin-websocket-scheme.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let pattern = &origin.pattern.value;
            let OriginPattern::Tuple { scheme, host, port } = pattern else { continue };
            let page = match scheme.as_str() {
                "ws" => "http",
                "wss" => "https",
                _ => continue,
            };
            let message = format!("`{pattern}` matches no page: `{scheme}:` is a scheme of connections");
            let mut diagnostic = Diagnostic::new(&CODE, message)
                .at(&origin.pattern, "a page that opens a WebSocket has the origin that it was loaded from")
                .help(format!("write `{page}://{host}{port}`"));
            let place = origin.pattern.place;
            if let Some(part) = part_of(findings.source, place, &pattern.to_string(), &(0..scheme.len())) {
                diagnostic = diagnostic.fix(part, page);
            }
            findings.origin(policy, origin, diagnostic);
        }
    }
}

//! `origin-websocket-scheme`: no page has such an origin.

use super::{Findings, Lint};
use crate::analysis::Dfa;
use crate::check::part_of;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

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
            let (message, help, fix) = match pattern {
                OriginPattern::Null => continue,
                OriginPattern::Tuple { scheme, host, port } => {
                    let Some(page) = page(scheme) else { continue };
                    let message = format!("`{pattern}` matches no page: `{scheme}:` is a scheme of connections");
                    let scheme =
                        part_of(findings.source, origin.pattern.place, &pattern.to_string(), &(0..scheme.len()));
                    (message, format!("write `{page}://{host}{port}`"), scheme.map(|part| (part, page)))
                }
                OriginPattern::Regex(regex) => {
                    let Some(scheme) = named(&regex.dfa) else { continue };
                    let message =
                        format!("a part of the expression matches no page: `{scheme}:` is a scheme of connections");
                    (message, "leave that scheme out".to_owned(), None)
                }
            };
            let mut diagnostic = Diagnostic::new(&CODE, message)
                .at(&origin.pattern, "a page that opens a WebSocket has the origin that it was loaded from")
                .help(help);
            if let Some((part, page)) = fix {
                diagnostic = diagnostic.fix(part, page);
            }
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// The scheme of the page that opens a connection of that scheme.
fn page(scheme: &str) -> Option<&'static str> {
    match scheme {
        "ws" => Some("http"),
        "wss" => Some("https"),
        _ => None,
    }
}

/// The scheme of connections that an expression names. One that admits any scheme names none.
fn named(dfa: &Dfa) -> Option<&'static str> {
    let admits = |scheme: &str| dfa.run(&format!("{scheme}://")).is_some();
    ["wss", "ws"].into_iter().find(|scheme| admits(scheme) && !admits("any"))
}

//! `shared-hosting-origin`: an origin whose pages strangers write, with credentials.

use super::reach::admits_strangers;
use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "shared-hosting-origin",
    severity: Severity::Warning,
    acceptable: true,
    summary: "an origin whose pages strangers write, with credentials",
    explanation: include_str!("../explain/shared-hosting-origin.md"),
};

/// Hosts on which pages of different people share one origin: playgrounds, file hosting, page builders.
const SHARED: [&str; 24] = [
    "archive.org",
    "cdn.jsdelivr.net",
    "cdpn.io",
    "codepen.io",
    "codesandbox.io",
    "docs.google.com",
    "fiddle.jshell.net",
    "gist.github.com",
    "gist.githubusercontent.com",
    "glitch.com",
    "jsbin.com",
    "jsfiddle.net",
    "null.jsbin.com",
    "output.jsbin.com",
    "plnkr.co",
    "raw.githubusercontent.com",
    "replit.com",
    "run.plnkr.co",
    "s3.amazonaws.com",
    "script.google.com",
    "sites.google.com",
    "stackblitz.com",
    "storage.googleapis.com",
    "web.archive.org",
];

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in file.policies.iter().filter(|policy| policy.allows_credentials()) {
        for origin in policy.origins().iter().filter(|origin| !admits_strangers(policy, origin)) {
            let Some(shared) = shared(&origin.pattern.value) else { continue };
            let diagnostic = Diagnostic::new(&CODE, format!("strangers write pages on `{shared}`"))
                .at(&origin.pattern, "any of its pages may act with your users' credentials")
                .help("serve these pages from an origin of your own, or remove `allow_credentials`");
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// What an entry admits of the shared hosts: all of it, or an example.
fn shared(pattern: &OriginPattern) -> Option<String> {
    let below = |suffix: &String| {
        let host =
            SHARED.iter().find(|host| host.strip_suffix(suffix.as_str()).is_some_and(|rest| rest.ends_with('.')));
        host.map(|host| (*host).to_owned())
    };
    match pattern {
        OriginPattern::Tuple { scheme, host, port } => match host {
            HostPattern::Exact(host) => {
                SHARED.contains(&host.strip_prefix("www.").unwrap_or(host)).then(|| pattern.to_string())
            }
            HostPattern::Subdomains { suffix } => below(suffix).map(|host| format!("{scheme}://{host}{port}")),
            HostPattern::Label { .. } => None,
        },
        OriginPattern::Regex(regex) => {
            let origins = SHARED.iter().flat_map(|host| ["", "www."].map(|www| format!("https://{www}{host}")));
            origins.into_iter().find(|origin| regex.dfa.matches(origin.as_bytes()))
        }
        OriginPattern::Null => None,
    }
}

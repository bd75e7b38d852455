//! `shared-hosting-origin`: an origin whose pages strangers write, with credentials.

use std::sync::LazyLock;

use super::reach::{admits_strangers, is_page, origins, witness};
use super::{Findings, Lint};
use crate::analysis::expression::Expression;
use crate::analysis::labels::PAGE_SCHEMES;
use crate::analysis::sent::Fixed;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::inclusion::plain::covers;
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

/// What an entry admits of the pages of the shared hosts: all of it, or an example.
fn shared(pattern: &OriginPattern) -> Option<String> {
    static HOSTS: LazyLock<Vec<HostPattern>> = LazyLock::new(|| names().map(HostPattern::Exact).collect());
    static PAGES: Fixed = LazyLock::new(|| {
        let names = Expression::any_of(names().map(|name| Expression::literal(&name)));
        origins(&PAGE_SCHEMES, names)
    });
    match pattern {
        OriginPattern::Tuple { scheme, host, port } if is_page(pattern) => {
            let found = HOSTS.iter().find(|shared| covers(host, shared))?;
            Some(format!("{scheme}://{found}{port}"))
        }
        OriginPattern::Null | OriginPattern::Tuple { .. } => None,
        OriginPattern::Regex(regex) => witness(regex, PAGES.as_ref()?),
    }
}

/// The shared hosts with all of their spellings.
fn names() -> impl Iterator<Item = String> {
    let spellings = SHARED.iter().flat_map(|host| [(*host).to_owned(), format!("www.{host}")]);
    spellings.flat_map(|name| [name.clone(), format!("{name}.")])
}

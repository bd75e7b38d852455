//! `subdomains-of-public-suffix`: a wildcard for names that anyone can register.

use super::{Findings, Lint, Scope, error_with_credentials, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::fetch::public_suffix::{KNOWN_BELOW_NAMES, is_public_suffix};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::error(Scope::Entry, &CODE, check);

static CODE: Code = Code {
    id: "subdomains-of-public-suffix",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a wildcard for all subdomains of a public suffix",
    explanation: include_str!("../explain/subdomains-of-public-suffix.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let pattern = &origin.pattern.value;
            let OriginPattern::Tuple { scheme, host: HostPattern::Subdomains { suffix }, .. } = pattern else {
                continue;
            };
            let Some(suffix) = public_suffix(suffix) else { continue };
            let message =
                format!("`{pattern}` admits every site under the public suffix `{suffix}`{}", with_credentials(policy));
            let diagnostic = Diagnostic::new(&CODE, message)
                .severity(error_with_credentials(policy, Severity::Warning))
                .at(&origin.pattern, format!("anyone can have `{scheme}://evil.{suffix}`"))
                .help(format!("name your own domain: `{scheme}://*.yours.{suffix}`"));
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// The public suffix below which all subdomains of a name are, or one that stands below the name.
fn public_suffix(name: &str) -> Option<&str> {
    // The list has rules such as `*.ck`, by which every name below is a suffix.
    if is_public_suffix(name) || is_public_suffix(&format!("x.{name}")) {
        return Some(name);
    }
    let below = |suffix: &&&str| suffix.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
    KNOWN_BELOW_NAMES.iter().find(below).copied()
}

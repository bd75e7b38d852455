//! Lints: risks in a policy that is otherwise valid. One file each, one line each in [`LINTS`].

mod any_port_on_public_host;
mod assertions;
mod credentials_with_wildcard_subdomain;
mod development_origin;
mod duplicate_header;
mod duplicate_method;
mod findings;
mod header_too_large;
mod insecure_origin;
mod label_wildcard_at_public_suffix;
mod lists;
mod max_age_capped;
mod method_override_header;
mod missing_content_type;
mod missing_max_age;
mod misspelled_method;
mod never_violated;
mod null_origin;
mod only_violated;
mod options_method;
mod origin_trailing_dot;
mod origin_websocket_scheme;
mod partial_loopback;
mod private_network_access;
mod reach;
mod redundant_exposed_header;
mod redundant_method;
mod redundant_request_header;
mod regex_admits_foreign_site;
mod regex_replaceable;
mod regex_unescaped_dot;
mod removed_origin_admitted;
mod route_widens;
mod sensitive_exposed_header;
mod shadowed_origin;
mod shared_hosting_origin;
mod subdomains_of_public_suffix;
mod unused_accepted_risk;
mod unused_assertion;
mod unused_policy;
mod unused_set;
mod wildcard_equivalent_with_credentials;
mod wildcard_with_headers;
mod wildcard_with_methods;
mod wildcard_without_authorization;

pub(crate) use assertions::Work;
use findings::Findings;

use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::ir::{File, Policy};
use crate::source::Source;

/// A lint.
#[derive(Debug)]
pub struct Lint {
    /// Its id and what it is about.
    pub code: &'static Code,
    /// Looks for it.
    check: Check,
    /// What of a policy makes it an error; `None` if it never is one.
    #[cfg_attr(not(feature = "files"), expect(dead_code, reason = "mutants are made with `files` only"))]
    scope: Option<Scope>,
}

/// What of a policy an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Each entry of its origins by itself.
    Entry,
    /// All of them together.
    Policy,
}

/// Looks for a risk in a file.
type Check = fn(&File, &mut Findings<'_>);

impl Lint {
    /// A lint that is an error at least in some policies.
    const fn error(scope: Scope, code: &'static Code, check: Check) -> Self {
        Self { code, check, scope: Some(scope) }
    }

    /// A lint that never is. Without the feature `warnings` it finds nothing, and costs nothing to compile: its
    /// code can still be accepted.
    const fn warning(code: &'static Code, check: Check) -> Self {
        Self { code, check: if cfg!(feature = "warnings") { check } else { |_, _| {} }, scope: None }
    }
}

/// Every lint. A new one is a file in `lint/` and a line here.
pub static LINTS: &[&Lint] = &[
    &any_port_on_public_host::LINT,
    &credentials_with_wildcard_subdomain::LINT,
    &development_origin::LINT,
    &duplicate_header::LINT,
    &duplicate_method::LINT,
    &header_too_large::LINT,
    &insecure_origin::LINT,
    &label_wildcard_at_public_suffix::LINT,
    &max_age_capped::LINT,
    &method_override_header::LINT,
    &missing_content_type::LINT,
    &missing_max_age::LINT,
    &misspelled_method::LINT,
    &never_violated::LINT,
    &null_origin::LINT,
    &only_violated::LINT,
    &options_method::LINT,
    &origin_trailing_dot::LINT,
    &origin_websocket_scheme::LINT,
    &partial_loopback::LINT,
    &private_network_access::LINT,
    &redundant_exposed_header::LINT,
    &redundant_method::LINT,
    &redundant_request_header::LINT,
    &regex_admits_foreign_site::LINT,
    &regex_replaceable::LINT,
    &regex_unescaped_dot::LINT,
    &removed_origin_admitted::LINT,
    &route_widens::LINT,
    &sensitive_exposed_header::LINT,
    &shadowed_origin::LINT,
    &shared_hosting_origin::LINT,
    &subdomains_of_public_suffix::LINT,
    &unused_assertion::LINT,
    &unused_policy::LINT,
    &unused_set::LINT,
    &wildcard_equivalent_with_credentials::LINT,
    &wildcard_with_headers::LINT,
    &wildcard_with_methods::LINT,
    &wildcard_without_authorization::LINT,
    // The last one: it looks at what the others found.
    &unused_accepted_risk::LINT,
];

/// Runs every lint on a file; risks that the owner accepts are left out. What its assertions cost is taken from `work`,
/// which all readings of a file share.
pub(crate) fn run(source: &Source, file: &File, work: &Work, diagnostics: &mut Diagnostics) {
    let mut findings = Findings::new(source, work, diagnostics);
    for lint in LINTS {
        (lint.check)(file, &mut findings);
    }
}

/// Runs the lints that can be errors, and are about one of these.
#[cfg(feature = "files")]
pub(crate) fn errors(source: &Source, file: &File, scopes: &[Scope], diagnostics: &mut Diagnostics) {
    let work = Work::default();
    let mut findings = Findings::new(source, &work, diagnostics);
    for lint in LINTS.iter().filter(|lint| lint.scope.is_some_and(|scope| scopes.contains(&scope))) {
        (lint.check)(file, &mut findings);
    }
}

/// An error with credentials, otherwise as given: credentials turn an unwanted reader into a thief.
fn error_with_credentials(policy: &Policy, otherwise: Severity) -> Severity {
    if policy.allows_credentials() { Severity::Error } else { otherwise }
}

/// The words that credentials add to a message.
fn with_credentials(policy: &Policy) -> &'static str {
    if policy.allows_credentials() { " with credentials" } else { "" }
}

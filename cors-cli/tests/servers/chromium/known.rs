//! Where a page's verdict is known not to be the one of `cors decide`.
//!
//! A row that no longer occurs fails the test: it is stale.

use cors_compiler::backend::BACKENDS;
use cors_compiler::fetch::method::normalize;

use super::browser::{Credentials, Outcome};
use super::cases::Case;
use super::endpoints::Target;

/// One known difference.
pub(crate) struct Known {
    pub(crate) what: &'static str,
    pub(crate) admits: fn(Target, &Case<'_>, &Outcome) -> bool,
}

/// All known differences.
pub(crate) const KNOWN: &[Known] = &[
    Known {
        what: "Chromium lets `*` in allow_headers cover Authorization",
        admits: |_, case, outcome| {
            let is_covered = case.endpoint.policy.is_some_and(|policy| {
                let mut listed = policy.allow_headers.listed.iter();
                policy.allow_headers.wildcard.is_some() && listed.all(|name| name.value.as_ref() != "authorization")
            });
            let is_sent = case.ask.headers.iter().any(|(name, ..)| name == "authorization");
            let is_readable = matches!(outcome, Outcome::Response { .. });
            is_covered && is_sent && case.ask.credentials != Credentials::Include && is_readable
        },
    },
    Known {
        what: "nginx answers methods in lower case with 400 before it knows the policy",
        admits: |target, case, outcome| {
            target == Target::Nginx && !parses("nginx", &case.ask.method) && is_unanswered(outcome)
        },
    },
    Known {
        what: "Envoy answers methods that its HTTP/1 parser does not know with 400 before it knows the policy",
        admits: |target, case, outcome| {
            is_envoy(target) && !parses("envoy", &case.ask.method) && is_unanswered(outcome)
        },
    },
    Known {
        what: "Envoy answers QUERY without Content-Type with 400 before it knows the policy",
        admits: |target, case, outcome| {
            is_envoy(target) && case.ask.method == "QUERY" && !case.ask.has_body && is_unanswered(outcome)
        },
    },
];

/// Whether the server's parser takes a method as the browser sends it.
fn parses(server: &str, method: &str) -> bool {
    BACKENDS.iter().any(|backend| backend.name == server && (backend.parses_method)(&normalize(method)))
}

/// Whether the preflight passed, and the response had no CORS headers.
fn is_unanswered(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failure { cause: Some(cause), .. } if cause == "MissingAllowOriginHeader")
}

fn is_envoy(target: Target) -> bool {
    matches!(target, Target::Envoy | Target::EnvoyExact)
}

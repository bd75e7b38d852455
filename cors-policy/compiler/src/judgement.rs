//! One fetch, decided by the reference and the browser model, with what in the policy decides it.

use crate::browser::{self, Fetch, Refusal, Verdict};
use crate::fetch::header_name::is_cors_non_wildcard_request_header_name;
use crate::fetch::method::{is_cors_safelisted_method, normalize};
use crate::ir::{Access, File, Names, Policy, Route};
use crate::reference::{self, Headers, Response};
use crate::source::Place;

/// A part of a policy, and what it has to do with the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Where it is written.
    pub place: Place,
    /// Why it matters; it quotes the file and the request.
    pub why: String,
}

/// What a browser makes of a fetch, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What comes of it.
    pub verdict: Verdict,
    /// What decides it: all that allows it, or the one thing that refuses it.
    pub reasons: Vec<Reason>,
}

/// Decides a fetch under a policy, whatever its path.
#[must_use]
pub fn judge(policy: &Policy, fetch: &Fetch) -> Judgement {
    let verdict = verdict(policy, fetch);
    let reasons = match &verdict {
        Verdict::Allowed { .. } => allowing(policy, fetch),
        Verdict::Refused { reason, .. } => vec![refusing(policy, fetch, *reason)],
    };
    Judgement { verdict, reasons }
}

/// What a browser makes of a fetch under a policy; the upstream answers 200 without CORS headers.
#[must_use]
pub fn verdict(policy: &Policy, fetch: &Fetch) -> Verdict {
    let upstream = || Response { status: 200, headers: Headers::default() };
    browser::fetch(fetch, |request| reference::respond(policy, request, |_| upstream()))
}

/// The names of the headers for which a browser asks leave, among those that a script sets.
///
/// Values are taken to be of ordinary length (Fetch, "CORS-safelisted request-header"). `Content-Type` is
/// asked for: of its values, three are safelisted.
#[must_use]
pub fn unsafe_headers<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    names.into_iter().filter(|name| is_asked_for(name)).cloned().collect()
}

/// Whether a browser asks leave for a header that a script sets, in any case. Of `Content-Type` and `Range` it
/// depends on the value, so that they are asked for here.
#[must_use]
pub fn is_asked_for(name: &str) -> bool {
    !["accept", "accept-language", "content-language"].iter().any(|safe| name.eq_ignore_ascii_case(safe))
}

/// The route that decides about a path.
#[must_use]
pub fn route<'a>(file: &'a File, path: &str) -> Option<&'a Route> {
    file.routes.as_ref()?.iter().find(|route| route.path.value.matches(path))
}

/// Why the fetch is allowed: the entry of the origin, and what the preflight needed.
fn allowing(policy: &Policy, fetch: &Fetch) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut add = |place, why| reasons.push(Reason { place, why });
    match &policy.access {
        Access::Anyone(place) => add(*place, "every origin is allowed".to_owned()),
        Access::Listed { origins, credentials, .. } => {
            if let Some(entry) = origins.iter().find(|origin| reference::matches(&origin.pattern.value, &fetch.origin))
            {
                add(entry.pattern.place, format!("`{}` allows the origin", entry.pattern.value));
            }
            if let Some(place) = credentials.filter(|_| fetch.credentials) {
                add(place, "credentials are allowed".to_owned());
            }
        }
    }
    let method = normalize(&fetch.method);
    if !is_cors_safelisted_method(&method)
        && let Some(place) = method_listing(policy, &method)
    {
        add(place, format!("`{method}` is allowed"));
    }
    for name in &fetch.unsafe_headers {
        let name = name.to_ascii_lowercase();
        if let Some(place) = header_listing(policy, &name) {
            add(place, format!("`{name}` is allowed"));
        }
    }
    reasons
}

/// Where a method, or a `*` that covers it, is listed.
#[must_use]
fn method_listing(policy: &Policy, method: &str) -> Option<Place> {
    listed(&policy.allow_methods, method).or(policy.allow_methods.wildcard)
}

/// Where a request header in lower case, or a `*` that covers it, is listed.
#[must_use]
fn header_listing(policy: &Policy, name: &str) -> Option<Place> {
    listed(&policy.allow_headers, name)
        .or(policy.allow_headers.wildcard.filter(|_| !is_cors_non_wildcard_request_header_name(name)))
}

fn listed<T: AsRef<str>>(names: &Names<T>, name: &str) -> Option<Place> {
    names.listed.iter().find(|listed| listed.value.as_ref() == name).map(Place::from)
}

/// Where and why the fetch is refused.
fn refusing(policy: &Policy, fetch: &Fetch, reason: Refusal) -> Reason {
    let name = policy.name.place;
    let (place, why) = match reason {
        Refusal::Origin | Refusal::Status => {
            let (Access::Listed { place, .. } | Access::Anyone(place)) = &policy.access;
            (*place, format!("no entry allows `{}`", fetch.origin))
        }
        Refusal::Credentials => match &policy.access {
            Access::Anyone(place) => {
                (*place, "`*` never goes with credentials; list the origins that may use them".to_owned())
            }
            Access::Listed { .. } => {
                (name, "credentials are not allowed; that takes `allow_credentials: true`".to_owned())
            }
        },
        Refusal::Method => {
            let place = policy.allow_methods.place.unwrap_or(name);
            (place, format!("`{}` is not in `allow_methods`", normalize(&fetch.method)))
        }
        Refusal::Header => {
            let missing: Vec<String> =
                missing_headers(policy, fetch).into_iter().map(|header| format!("`{header}`")).collect();
            (policy.allow_headers.place.unwrap_or(name), format!("{} not in `allow_headers`", missing.join(", ")))
        }
    };
    Reason { place, why }
}

/// The headers of a fetch, in lower case, that a policy does not allow.
#[must_use]
pub(crate) fn missing_headers(policy: &Policy, fetch: &Fetch) -> Vec<String> {
    let names = fetch.unsafe_headers.iter().map(|header| header.to_ascii_lowercase());
    names.filter(|header| header_listing(policy, header).is_none()).collect()
}

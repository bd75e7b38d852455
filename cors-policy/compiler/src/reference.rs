//! The server half as an executable specification: what every target must answer.
//!
//! Plain, slow and obvious. It shares no code with any target: origins are matched character by
//! character from the pattern's definition, headers are plain lists.

use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::ir::{Access, File, Policy};

/// The response headers that belong to the policy. Whatever an upstream says in them is removed.
pub const CORS_RESPONSE_HEADERS: [&str; 7] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-allow-private-network",
];

/// A list of header fields, in order; names compare without regard to ASCII case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The values of every field of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Adds a field.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Removes every field of that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Headers {
    fn from(fields: [(&str, &str); N]) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// The facts of a request that CORS reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, case-sensitive.
    pub method: String,
    /// The path, by which routes are chosen.
    pub path: String,
    /// The header fields.
    pub headers: Headers,
}

/// A response without its body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: Headers,
}

/// The policy that answers `path`: that of the most specific route; `None` if the path is passed on
/// untouched. In a file without routes the only policy answers every path.
#[must_use]
pub fn policy_for<'a>(file: &'a File, path: &str) -> Option<&'a Policy> {
    match &file.routes {
        Some(routes) => {
            let route = routes.iter().find(|route| route.path.value.matches(path))?;
            file.policy(route.policy.as_deref()?)
        }
        None if file.policies.len() == 1 => file.policies.first(),
        None => None,
    }
}

/// Answers `request` under `policy`, asking `upstream` if the request is passed on.
pub fn respond(policy: &Policy, request: &Request, upstream: impl FnOnce(&Request) -> Response) -> Response {
    let decision = decide(policy, request);
    if decision.preflight {
        let mut headers = Headers::default();
        add_vary(policy, &mut headers);
        let Some(origin) = decision.allow_origin else {
            return Response { status: 403, headers };
        };
        headers.push("access-control-allow-origin", &origin);
        for (name, value) in policy.preflight_headers() {
            headers.push(name, &value);
        }
        let asked = request.headers.all("access-control-request-private-network").any(|value| value == "true");
        if asked && policy.allow_private_network.is_some() {
            headers.push("access-control-allow-private-network", "true");
        }
        return Response { status: 204, headers };
    }
    let mut response = upstream(request);
    for name in CORS_RESPONSE_HEADERS {
        response.headers.remove(name);
    }
    if let Some(origin) = decision.allow_origin {
        response.headers.push("access-control-allow-origin", &origin);
        for (name, value) in policy.actual_headers() {
            response.headers.push(name, &value);
        }
    }
    add_vary(policy, &mut response.headers);
    response
}

/// What is decided from the request alone.
struct Decision {
    /// It is a CORS-preflight request: answered here, never passed on.
    preflight: bool,
    /// The value of `Access-Control-Allow-Origin`, if there is to be one.
    allow_origin: Option<String>,
}

fn decide(policy: &Policy, request: &Request) -> Decision {
    let origins: Vec<&str> = request.headers.all("origin").filter(|value| !value.is_empty()).collect();
    let asks_for_method = request.headers.all("access-control-request-method").any(|value| !value.is_empty());
    // Fetch, "CORS-preflight request": OPTIONS with `Origin` and `Access-Control-Request-Method`.
    let preflight = request.method == "OPTIONS" && !origins.is_empty() && asks_for_method;
    let allow_origin = match &policy.access {
        Access::Anyone(_) => Some("*".to_owned()),
        Access::Listed { .. } => match origins.as_slice() {
            [origin] if allows_origin(policy, origin) => Some((*origin).to_owned()),
            _ => None,
        },
    };
    Decision { preflight, allow_origin }
}

/// Whether the policy lists `origin`, compared byte for byte.
#[must_use]
pub fn allows_origin(policy: &Policy, origin: &str) -> bool {
    match &policy.access {
        Access::Anyone(_) => true,
        Access::Listed { origins, .. } => {
            origin.len() <= policy.longest_origin() && origins.iter().any(|entry| matches(&entry.pattern.value, origin))
        }
    }
}

/// Whether `origin` is in the pattern's language (the design's section 2.1, word for word).
#[must_use]
pub fn matches(pattern: &OriginPattern, origin: &str) -> bool {
    let (scheme, host, port) = match pattern {
        OriginPattern::Null => return origin == "null",
        OriginPattern::Regex(pattern) => return matches_regex(&pattern.text, origin),
        OriginPattern::Tuple { scheme, host, port } => (scheme, host, port),
    };
    let Some(rest) = origin.strip_prefix(scheme.as_str()).and_then(|rest| rest.strip_prefix("://")) else {
        return false;
    };
    let (found_host, found_port) = split_port(rest);
    matches_host(host, found_host) && matches_port(*port, found_port)
}

/// The whole origin, case-sensitive, in ASCII; and it must be a serialized origin.
fn matches_regex(text: &str, origin: &str) -> bool {
    let compiled = ::regex::bytes::RegexBuilder::new(&format!(r"\A(?:{text})\z")).unicode(false).build();
    is_serialized_origin(origin) && compiled.is_ok_and(|regex| regex.is_match(origin.as_bytes()))
}

/// The grammar of section 2.1: a scheme, labels of `[a-z0-9_-]+` or an IPv6 address, perhaps a port.
fn is_serialized_origin(origin: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else { return false };
    let lower = |c: char| c.is_ascii_lowercase();
    let is_scheme =
        scheme.starts_with(lower) && scheme.chars().all(|c| lower(c) || c.is_ascii_digit() || "+-.".contains(c));
    let (host, port) = split_port(rest);
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-'));
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.len() > 1 && address.chars().all(|c| matches!(c, 'a'..='f' | '0'..='9' | ':')),
        None => host.strip_suffix('.').unwrap_or(host).split('.').all(is_label),
    };
    is_scheme && is_host && matches_port(PortPattern::Any, port)
}

/// The port is what follows the last colon, unless that colon is inside an IPv6 address.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => (&authority[..colon], Some(&authority[colon + 1..])),
        _ => (authority, None),
    }
}

fn matches_host(pattern: &HostPattern, host: &str) -> bool {
    let is_label =
        |text: &str| !text.is_empty() && text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-'));
    match pattern {
        HostPattern::Exact(exact) => host == exact,
        HostPattern::Subdomains { suffix } => host
            .strip_suffix(suffix.as_str())
            .and_then(|rest| rest.strip_suffix('.'))
            .is_some_and(|labels| labels.split('.').all(is_label)),
        HostPattern::Label { before, after, suffix } => host
            .strip_suffix(suffix.as_str())
            .and_then(|rest| rest.strip_suffix('.'))
            .and_then(|label| label.strip_prefix(before.as_str()))
            .and_then(|label| label.strip_suffix(after.as_str()))
            .is_some_and(is_label),
    }
}

fn matches_port(pattern: PortPattern, port: Option<&str>) -> bool {
    let number = |text: &str| {
        let canonical = text.chars().all(|c| c.is_ascii_digit()) && !text.starts_with('0');
        text.parse::<u16>().ok().filter(|_| canonical)
    };
    match (pattern, port) {
        (PortPattern::Default | PortPattern::Any, None) => true,
        (PortPattern::Default, Some(_)) | (PortPattern::Exact(_) | PortPattern::Range(..), None) => false,
        (PortPattern::Any, Some(text)) => number(text).is_some(),
        (PortPattern::Exact(exact), Some(text)) => number(text) == Some(exact),
        (PortPattern::Range(first, last), Some(text)) => number(text).is_some_and(|n| (first..=last).contains(&n)),
    }
}

/// Appends `Origin` to `Vary`, unless it is there or everything varies already.
fn add_vary(policy: &Policy, headers: &mut Headers) {
    let names =
        |value: &str| value.split(',').any(|name| name.trim() == "*" || name.trim().eq_ignore_ascii_case("origin"));
    if policy.varies_on_origin() && !headers.all("vary").any(names) {
        headers.push("vary", "Origin");
    }
}

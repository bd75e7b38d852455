//! The crates that a decision is compared with, configured like the policies.

use std::collections::HashSet;
use std::hint::black_box;

use cors_core::{AllowHeaders, AllowOrigin, Cors};
use regex::{Regex, RegexSet, RegexSetBuilder};

use crate::origins;

/// The names of the headers that the policies allow.
pub(super) const PREFLIGHT_HEADERS: [&str; 8] = [
    "accept-version",
    "authorization",
    "content-type",
    "if-match",
    "x-api-key",
    "x-csrf-token",
    "x-request-id",
    "x-trace",
];

/// `Cors` of cors-core, configured like the policies.
pub(super) fn core(origins: AllowOrigin) -> &'static Cors {
    let cors = Cors::builder()
        .allow_origin(origins)
        .allow_methods(["PUT", "PATCH", "DELETE"])
        .allow_headers(AllowHeaders::list(PREFLIGHT_HEADERS))
        .expose_headers(["x-request-id"])
        .allow_credentials(true)
        .max_age(std::time::Duration::from_secs(7200))
        .build();
    leak(cors.unwrap_or_else(|error| unreachable!("a complete configuration: {error:?}")))
}

/// Whether cors-core allows it. With header names it is a preflight.
pub(super) fn evaluate(cors: &Cors, method: &str, origin: Option<&str>, request_headers: Option<&str>) -> bool {
    let method = black_box(method).as_bytes();
    let preflight = request_headers.map(|_| b"PUT".as_slice());
    let decision =
        cors.evaluate(method, origin.map(str::as_bytes), preflight, request_headers.map(str::as_bytes), false);
    black_box(&decision).headers().is_some()
}

/// What somebody would write by hand for the mixed policy, with care.
pub(super) fn by_hand(keys: &[String]) -> impl Fn(&str) -> bool + Copy + Send + Sync + 'static {
    let exact: &'static HashSet<String> = leak(keys.iter().cloned().collect());
    let suffixes: &'static Vec<String> = leak(origins::domains(10).iter().map(|domain| format!(".{domain}")).collect());
    let regexes = regex_set(origins::regexes(10));
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_-".contains(&it))
    };
    let any_port = |port: &str| port.is_empty() || port.strip_prefix(':').is_some_and(|it| it.parse::<u16>().is_ok());
    move |origin| {
        exact.contains(origin)
            || origin.strip_prefix("https://").is_some_and(|host| {
                let mut wild = suffixes.iter().filter_map(|suffix| host.strip_suffix(suffix.as_str()));
                wild.any(|labels| labels.split('.').all(is_label))
            })
            || origin.strip_prefix("http://localhost").is_some_and(any_port)
            || regexes.is_match(origin)
    }
}

/// An expression over whole origins.
pub(super) fn regex(expression: &str) -> Regex {
    Regex::new(&format!("^(?:{expression})$")).unwrap_or_else(|error| unreachable!("{error}"))
}

/// The same for several expressions.
pub(super) fn regex_set(expressions: Vec<String>) -> &'static RegexSet {
    let whole = expressions.iter().map(|expression| format!("^(?:{expression})$"));
    let set = RegexSetBuilder::new(whole).size_limit(1 << 28).build();
    leak(set.unwrap_or_else(|error| unreachable!("{error}")))
}

/// The groups live until the program ends.
pub(super) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

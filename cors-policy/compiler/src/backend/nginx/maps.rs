//! `cors_http.conf`: every decision as a map.

use super::super::regex::regex;
use super::{HEADERS, Job, Policy, Text, Value, quoted, route_key, route_value, values, variable};
use crate::ir::{Access, Route};

/// The longest key, in bytes, that fits a bucket of 64 bytes, the smallest `map_hash_bucket_size` by
/// default. Longer ones are written as regular expressions: a second `map_hash_bucket_size` in a
/// configuration is an error, so none is emitted.
const LONGEST_KEY: usize = 46;

pub(super) fn emit(job: &Job<'_>, policies: &[&Policy]) -> String {
    let mut text = Text::default();
    text.comment(job.banner());
    text.comment(["", "Include it once, at the http level. Needs nginx 1.18 or later with PCRE."]);
    text.line("");
    shared(&mut text);
    for policy in policies {
        text.line("");
        text.comment([format!("Policy \"{}\".", policy.name.value)]);
        text.line("");
        match policy.access {
            Access::Anyone(_) => anyone(&mut text, policy),
            Access::Listed { .. } => listed(&mut text, policy),
        }
    }
    if let Some(routes) = job.routes() {
        text.line("");
        text.comment(["Routes, the most specific first."]);
        text.line("");
        self::routes(&mut text, routes, policies);
    }
    text.finish()
}

/// `map "source" $target { default …; keys }`.
fn map(text: &mut Text, source: &str, target: &str, default: &str, entries: &[(String, String)]) {
    text.block(format_args!("map {source} {target}"), |text| {
        text.line(format_args!("default {default};"));
        for (key, value) in entries {
            text.line(format_args!("{key} {value};"));
        }
    });
}

fn entry(key: &str, value: &str) -> (String, String) {
    (quoted(key), value.to_owned())
}

fn shared(text: &mut Text) {
    text.comment(["A preflight: OPTIONS with Origin and Access-Control-Request-Method."]);
    map(text, "$http_origin", "$cors_has_origin", "1", &[entry("", "0")]);
    map(text, "$http_access_control_request_method", "$cors_asks_method", "1", &[entry("", "0")]);
    map(text, "$request_method:$cors_has_origin:$cors_asks_method", "$cors_preflight", "0", &[entry("OPTIONS:1:1", "1")]);
    map(
        text,
        "$cors_preflight:$http_access_control_request_private_network",
        "$cors_asks_private_network",
        "0",
        &[entry(r"~^1:true\z", "1")],
    );
    text.comment(["Map keys compare without regard to case; serialized origins have no upper-case letters."]);
    map(text, "$http_origin", "$cors_origin", "\"\"", &[entry(r"~^[^A-Z]+\z", "$http_origin")]);
    text.comment(["Vary: Origin, unless the response varies on it, or on everything, already."]);
    map(text, "$sent_http_vary", "$cors_vary", "Origin", &[entry(r"~*(?:^|[ \t,])(?:origin|\*)(?:\z|[ \t,])", "\"\"")]);
}

/// A policy open to everyone: nothing depends on the origin.
fn anyone(text: &mut Text, policy: &Policy) {
    for (stem, value) in preflight_values(policy) {
        map(text, "$cors_preflight", &variable(policy, stem), "\"\"", &[entry("1", &quoted(&value))]);
    }
    if let Some(value) = policy.expose_headers.header_value() {
        map(text, "$cors_preflight", &variable(policy, "expose_headers"), "\"\"", &[entry("0", &quoted(&value))]);
    }
    if policy.allow_private_network.is_some() {
        map(text, "$cors_asks_private_network", &variable(policy, "allow_private_network"), "\"\"", &[entry("1", "true")]);
    }
    map(text, "$cors_preflight", &variable(policy, "answer"), "\"\"", &[entry("1", "204")]);
}

fn listed(text: &mut Text, policy: &Policy) {
    let allow_origin = variable(policy, "allow_origin");
    map(text, "$cors_origin", &allow_origin, "\"\"", &origins(policy));
    let allowed = variable(policy, "allowed");
    map(text, &allow_origin, &allowed, "1", &[entry("", "0")]);
    if policy.allows_credentials() {
        map(text, &allowed, &variable(policy, "allow_credentials"), "\"\"", &[entry("1", "true")]);
    }
    let state = format!("$cors_preflight:{allowed}");
    for (stem, value) in preflight_values(policy) {
        map(text, &state, &variable(policy, stem), "\"\"", &[entry("1:1", &quoted(&value))]);
    }
    if let Some(value) = policy.expose_headers.header_value() {
        map(text, &state, &variable(policy, "expose_headers"), "\"\"", &[entry("0:1", &quoted(&value))]);
    }
    if policy.allow_private_network.is_some() {
        let asked = format!("$cors_asks_private_network:{allowed}");
        map(text, &asked, &variable(policy, "allow_private_network"), "\"\"", &[entry("1:1", "true")]);
    }
    text.comment(["Evaluated for preflights only, so that other requests keep their captures."]);
    map(text, &allowed, &variable(policy, "status"), "403", &[entry("1", "204")]);
    map(text, "$cors_preflight", &variable(policy, "answer"), "\"\"", &[entry("1", &variable(policy, "status"))]);
}

/// The headers that only preflights are answered with.
fn preflight_values(policy: &Policy) -> Vec<(&'static str, String)> {
    [
        ("allow_methods", policy.allow_methods.header_value()),
        ("allow_headers", policy.allow_headers.header_value()),
        ("max_age", policy.max_age.as_ref().map(|seconds| seconds.value.to_string())),
    ]
    .into_iter()
    .filter_map(|(stem, value)| Some((stem, value?)))
    .collect()
}

/// The entries of the map from an origin to itself: exact ones first, for which nginx has a hash.
fn origins(policy: &Policy) -> Vec<(String, String)> {
    let longest = policy.longest_origin();
    let (mut exact, mut patterns) = (Vec::new(), Vec::new());
    for origin in policy.origins() {
        let pattern = &origin.pattern.value;
        match pattern.as_exact() {
            Some(text) if text.len() <= LONGEST_KEY => exact.push(entry(&text, "$http_origin")),
            Some(_) => patterns.push(entry(&format!(r"~^{}\z", regex(pattern).text), "$http_origin")),
            None => {
                let limited = format!(r"~^(?=.{{1,{longest}}}\z){}\z", regex(pattern).text);
                patterns.push(entry(&limited, "$http_origin"));
            }
        }
    }
    exact.extend(patterns);
    exact
}

fn routes(text: &mut Text, routes: &[Route], policies: &[&Policy]) {
    let keys: Vec<(String, String)> = routes
        .iter()
        .map(|route| {
            let value = route.policy.as_deref().map_or_else(|| "none".to_owned(), route_value);
            (route_key(route), value)
        })
        .collect();
    map(text, "$uri", "$cors_route", "none", &keys);
    let by_policy = |index: usize| -> Vec<(String, String)> {
        let value = |policy: &Policy| match values(policy)[index].clone() {
            Value::Never => "\"\"".to_owned(),
            Value::Constant(constant) => quoted(&constant),
            Value::Variable(stem) => variable(policy, stem),
        };
        policies.iter().map(|policy| (quoted(&route_value(&policy.name.value)), value(policy))).collect()
    };
    text.comment(["On paths without a policy the upstream's own headers, which the include hides, pass."]);
    for (index, (header, stem)) in HEADERS.iter().enumerate() {
        let upstream = format!("$upstream_http_{}", header.to_ascii_lowercase().replace('-', "_"));
        map(text, "$cors_route", &format!("$cors_route_{stem}"), &upstream, &by_policy(index));
    }
    let per_policy = |value: &dyn Fn(&Policy) -> String| -> Vec<(String, String)> {
        policies.iter().map(|policy| (quoted(&route_value(&policy.name.value)), value(policy))).collect()
    };
    let varying = |policy: &Policy| if policy.varies_on_origin() { "$cors_vary" } else { "\"\"" }.to_owned();
    map(text, "$cors_route", "$cors_route_vary", "\"\"", &per_policy(&varying));
    map(text, "$cors_route", "$cors_route_answer", "\"\"", &per_policy(&|policy| variable(policy, "answer")));
}

//! `cors_http.conf`: every decision as a map.

use super::origins::stages;
use super::{HEADERS, Job, Policy, Text, Value, Variables, Version, quoted, route_key, shared, values, version};
use crate::ir::{Access, Route};

/// A key and its value, as they are written.
pub(super) type Entry = (String, String);

pub(super) fn emit(job: &Job<'_>, banner: &[String], policies: &[&Policy]) -> String {
    let mut text = Text::default();
    text.comment(banner);
    text.comment(["", "Include it once, at the http level."]);
    text.comment(remarks(job));
    text.comment([
        // Nothing of it is emitted: such a directive that stands in a configuration twice is an error.
        format!("If nginx warns of variables_hash, set variables_hash_max_size {VARIABLES} there; if it warns of"),
        format!("map_hash, which costs next to nothing, set map_hash_max_size {}.", map_hash_size(job, policies)),
    ]);
    text.line("");
    text.verbatim(&body(job, policies));
    text.finish()
}

/// What whoever runs the nginx has to know.
pub(super) fn remarks(job: &Job<'_>) -> Vec<String> {
    let version = version(job);
    let mut lines = vec![String::new(), format!("Needs nginx {version} or later with PCRE.")];
    if version < Version(1, 23, 0) {
        lines.extend(
            [
                "Before 1.23 nginx reads only the first of several fields of one name: of several Origin",
                "fields, which no browser sends, the first decides.",
            ]
            .map(str::to_owned),
        );
    }
    lines
}

/// The maps.
pub(super) fn body(job: &Job<'_>, policies: &[&Policy]) -> String {
    let mut text = Text::default();
    text.verbatim(&shared_text(&shared("")));
    for policy in policies {
        let variables = Variables::new(job, Some(policy));
        text.line("");
        text.comment([format!("Policy \"{}\": {}.", policy.name.value, variables.get("*"))]);
        text.line("");
        guard(&mut text, &variables);
        match policy.access {
            Access::Anyone(_) => anyone(&mut text, policy, &variables),
            Access::Listed { .. } => listed(&mut text, policy, &variables),
        }
    }
    if let Some(routes) = job.routes() {
        let variables = Variables::new(job, None);
        text.line("");
        text.comment([format!("Routes, the most specific first: {}.", variables.get("*"))]);
        text.line("");
        guard(&mut text, &variables);
        let policies: Vec<(&Policy, Variables)> =
            policies.iter().map(|policy| (*policy, Variables::new(job, Some(policy)))).collect();
        self::routes(&mut text, routes, &policies, &variables);
    }
    text.finish()
}

/// The size of `variables_hash` that holds the variables of many policies.
pub(super) const VARIABLES: usize = 8192;

/// The size of `map_hash` with which nginx places the keys of the largest map without a warning; found
/// by trial.
pub(super) fn map_hash_size(job: &Job<'_>, policies: &[&Policy]) -> usize {
    let stages = policies.iter().flat_map(|policy| stages(policy, &Variables::new(job, Some(policy))));
    (stages.map(|stage| stage.entries.len()).max().unwrap_or(0) * 6).next_power_of_two().max(8192)
}

/// `map "source" $target { default …; keys }`.
fn map(text: &mut Text, source: &str, target: &str, default: &str, entries: &[Entry]) {
    text.block(format_args!("map {source} {target}"), |text| {
        text.line(format_args!("default {default};"));
        for (key, value) in entries {
            text.line(format_args!("{key} {value};"));
        }
    });
}

/// nginx lets a second `map` replace the first without a word, but refuses a second log format of the
/// same name: so no policy is replaced unnoticed.
fn guard(text: &mut Text, variables: &Variables) {
    text.comment(["Makes nginx refuse a second definition of these variables."]);
    text.line(format_args!("log_format {} \"\";", variables.guard()));
}

pub(super) fn entry(key: &str, value: &str) -> Entry {
    (quoted(key), value.to_owned())
}

/// The maps that all policies share, with variables of that prefix.
pub(super) fn shared_text(prefix: &str) -> String {
    let name = |part: &str| format!("{prefix}{part}");
    let mut text = Text::default();
    let out = &mut text;
    out.comment(["A preflight: OPTIONS with Origin and Access-Control-Request-Method."]);
    map(out, "$http_origin", &name("has_origin"), "1", &[entry("", "0")]);
    map(out, "$http_access_control_request_method", &name("asks_method"), "1", &[entry("", "0")]);
    let preflight = format!("$request_method:{}:{}", name("has_origin"), name("asks_method"));
    map(out, &preflight, &name("preflight"), "0", &[entry("OPTIONS:1:1", "1")]);
    let asks = format!("{}:$http_access_control_request_private_network", name("preflight"));
    map(out, &asks, &name("asks_private_network"), "0", &[entry(r"~^1:true\z", "1")]);
    out.comment(["Map keys compare without regard to case; serialized origins have no upper-case letters."]);
    map(out, "$http_origin", &name("lower_origin"), "\"\"", &[entry(r"~^[^A-Z]+\z", "$http_origin")]);
    out.comment(["Vary: Origin, unless the response varies on it, or on everything, already."]);
    let varies = entry(r"~*(?:^|,)[ \t]*(?:origin|\*)[ \t]*(?:,|\z)", "\"\"");
    map(out, "$sent_http_vary", &name("vary"), "Origin", &[varies]);
    text.finish()
}

/// A policy open to everyone: nothing depends on the origin.
fn anyone(text: &mut Text, policy: &Policy, variables: &Variables) {
    for (part, value) in preflight_values(policy) {
        map(text, &shared("preflight"), &variables.get(part), "\"\"", &[entry("1", &quoted(&value))]);
    }
    if let Some(value) = policy.expose_headers.header_value() {
        map(text, &shared("preflight"), &variables.get("expose"), "\"\"", &[entry("0", &quoted(&value))]);
    }
    if policy.allow_private_network.is_some() {
        map(text, &shared("asks_private_network"), &variables.get("private_network"), "\"\"", &[entry("1", "true")]);
    }
    map(text, &shared("preflight"), &variables.get("answer"), "\"\"", &[entry("1", "204")]);
}

fn listed(text: &mut Text, policy: &Policy, variables: &Variables) {
    let (origin, status) = (variables.get("origin"), variables.get("status"));
    let stages = stages(policy, variables);
    for (index, stage) in stages.iter().enumerate() {
        text.comment(Some(stage.comment).filter(|comment| !comment.is_empty()));
        if let Some((made, expression)) = &stage.gate {
            map(text, "$http_origin", made, "\"\"", std::slice::from_ref(expression));
        }
        let next = stages.get(index + 1).map_or("\"\"", |next| &next.target);
        text.block(format_args!("map {} {}", stage.key, stage.target), |text| {
            if stage.hostnames {
                text.line("hostnames;");
            }
            text.line(format_args!("default {next};"));
            for (key, value) in &stage.entries {
                text.line(format_args!("{key} {value};"));
            }
        });
    }
    map(text, &origin, &status, "204", &[entry("", "403")]);
    text.comment(["Looks at the origin for preflights only, so that other requests keep their captures."]);
    map(text, &shared("preflight"), &variables.get("answer"), "\"\"", &[entry("1", &status)]);
    if policy.allows_credentials() {
        map(text, &status, &variables.get("credentials"), "\"\"", &[entry("204", "true")]);
    }
    let state = format!("{}:{status}", shared("preflight"));
    for (part, value) in preflight_values(policy) {
        map(text, &state, &variables.get(part), "\"\"", &[entry("1:204", &quoted(&value))]);
    }
    if let Some(value) = policy.expose_headers.header_value() {
        map(text, &state, &variables.get("expose"), "\"\"", &[entry("0:204", &quoted(&value))]);
    }
    if policy.allow_private_network.is_some() {
        let asked = format!("{}:{status}", shared("asks_private_network"));
        map(text, &asked, &variables.get("private_network"), "\"\"", &[entry("1:204", "true")]);
    }
}

/// The headers that only preflights are answered with.
fn preflight_values(policy: &Policy) -> Vec<(&'static str, String)> {
    [
        ("methods", policy.allow_methods.header_value()),
        ("headers", policy.allow_headers.header_value()),
        ("max_age", policy.max_age.as_ref().map(|seconds| seconds.value.to_string())),
    ]
    .into_iter()
    .filter_map(|(part, value)| Some((part, value?)))
    .collect()
}

fn routes(text: &mut Text, routes: &[Route], policies: &[(&Policy, Variables)], variables: &Variables) {
    let keys: Vec<Entry> = routes
        .iter()
        .map(|route| {
            let chosen = policies.iter().find(|(policy, _)| route.policy.as_ref() == Some(&policy.name.value));
            (route_key(route), chosen.map_or("none", |(_, own)| own.tag.as_str()).to_owned())
        })
        .collect();
    let route = variables.get("route");
    map(text, "$uri", &route, "none", &keys);
    let mut pick = |part: &str, default: &str, value: &dyn Fn(&Policy, &Variables) -> String| {
        let entries = policies.iter().map(|(policy, own)| entry(&own.tag, &value(policy, own)));
        map(text, &route, &variables.get(part), default, &entries.collect::<Vec<_>>());
    };
    let varying =
        |policy: &Policy, _: &Variables| if policy.varies_on_origin() { shared("vary") } else { "\"\"".to_owned() };
    pick("answer", "\"\"", &|_, own| own.get("answer"));
    pick("vary", "\"\"", &varying);
    // The include hides the upstream's CORS headers everywhere; on paths without a policy they pass.
    for (index, (header, part)) in HEADERS.iter().enumerate() {
        let upstream = format!("$upstream_http_{}", header.to_ascii_lowercase().replace('-', "_"));
        pick(part, &upstream, &|policy, own| match values(policy)[index] {
            Value::Never => "\"\"".to_owned(),
            Value::Constant(constant) => quoted(constant),
            Value::Variable(part) => own.get(part),
        });
    }
}

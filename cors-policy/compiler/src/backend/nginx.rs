//! The nginx target: maps for the `http` level, an include for each policy, one for the routes.
//!
//! Every decision is a `map`, evaluated when a header is written. The rewrite phase of a request that
//! is no preflight evaluates no regular expression (one would clobber `$1` of the location), except
//! that of the routes, which runs before a location is chosen.

mod maps;
mod origins;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use super::regex::{Demands, regex};
use super::text::Text;
use super::{Backend, Job, Output, Shape};
use crate::analysis::print::escape;
use crate::diagnostic::code::NOT_EXPRESSIBLE;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Access, Policy, Route, RoutePath};

pub(super) static BACKEND: Backend = Backend { name: "nginx", shapes: SHAPES, notes: NOTES, check, emit };

static NOTES: &[&str] = &[
    "include cors_http.conf at the http level, and a policy first in each location that it covers, or cors_routes.conf first in the server",
    "a location with add_header or *_hide_header of its own inherits none from the server: include the file there as well",
];

static SHAPES: &[Shape] = &[Shape {
    name: "maps+includes",
    summary: "maps for the http level, an include for each policy, and one for the routes",
    needs_endpoints: false,
    needs_one_policy: false,
}];

/// The longest word, in bytes, that nginx reads in a configuration (`NGX_CONF_BUFFER` is 4096).
const LONGEST_WORD: usize = 4000;

/// What a regular expression must be, so that no request can make PCRE backtrack.
const DEMANDS: Demands = Demands { length: LONGEST_WORD - 100, instructions: usize::MAX, unambiguous: true };

/// The directives that hide a header of an upstream, one for each module that talks to one.
const HIDE_HEADER: [&str; 5] =
    ["proxy_hide_header", "fastcgi_hide_header", "uwsgi_hide_header", "scgi_hide_header", "grpc_hide_header"];

/// The response headers of CORS, and the part of a policy's variables that holds each.
const HEADERS: [(&str, &str); 7] = [
    ("Access-Control-Allow-Origin", "origin"),
    ("Access-Control-Allow-Credentials", "credentials"),
    ("Access-Control-Allow-Methods", "methods"),
    ("Access-Control-Allow-Headers", "headers"),
    ("Access-Control-Expose-Headers", "expose"),
    ("Access-Control-Max-Age", "max_age"),
    ("Access-Control-Allow-Private-Network", "private_network"),
];

fn check(job: &Job<'_>, diagnostics: &mut Diagnostics) {
    let mut tags = BTreeSet::from([Variables::new(job, None).tag]);
    for policy in job.policies() {
        if !tags.insert(Variables::new(job, Some(policy)).tag) {
            let message = "the nginx variables of this policy would have the names of another one's";
            let help = "choose another name for the policy, however little it differs";
            diagnostics.push(Diagnostic::new(&NOT_EXPRESSIBLE, message).at(&policy.name, "").help(help));
        }
        for origin in policy.origins() {
            // Everything else has a short one, if it needs one at all.
            let is_regex = matches!(origin.pattern.value, OriginPattern::Regex(_));
            if is_regex && regex(&origin.pattern.value, DEMANDS).is_err() {
                let message = format!("`{}` has no form that nginx can match in linear time", origin.pattern.value);
                let help = "write the origins one by one, or with `*` in the host";
                diagnostics.push(Diagnostic::new(&NOT_EXPRESSIBLE, message).at(&origin.pattern, "in nginx").help(help));
            }
        }
        for (key, value, place) in policy.lists() {
            let (Some(value), Some(place)) = (value, place) else { continue };
            let (message, help) = if value.contains('$') {
                (format!("nginx would read the `$` in `{key}` as a variable"), "leave the name with `$` out")
            } else if value.len() > LONGEST_WORD {
                (
                    format!("`{key}` makes a header of {} bytes; nginx reads at most {LONGEST_WORD}", value.len()),
                    "shorten the list",
                )
            } else {
                continue;
            };
            diagnostics.push(Diagnostic::new(&NOT_EXPRESSIBLE, message).at(place, "in this list").help(help));
        }
    }
}

fn emit(job: &Job<'_>) -> Vec<Output> {
    // Made once: it holds the digest of the whole source.
    let banner = job.banner();
    let policies = job.policies();
    let mut outputs = vec![Output { name: "cors_http.conf".to_owned(), text: maps::emit(job, &banner, &policies) }];
    for policy in policies {
        let name = format!("cors_policy_{}.conf", policy.name.value);
        outputs.push(Output { name, text: policy_include(job, &banner, policy) });
    }
    if job.routes().is_some() {
        outputs.push(Output { name: "cors_routes.conf".to_owned(), text: routes_include(job, &banner) });
    }
    outputs
}

/// Where a header's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// The policy never sends the header.
    Never,
    /// The same on every response.
    Constant(&'static str),
    /// That part of the policy's variables.
    Variable(&'static str),
}

/// The headers of a policy, in the order of [`HEADERS`].
fn values(policy: &Policy) -> [Value; 7] {
    let everyone = matches!(policy.access, Access::Anyone(_));
    let sent = [
        true,
        policy.allows_credentials(),
        policy.allow_methods.header_value().is_some(),
        policy.allow_headers.header_value().is_some(),
        policy.expose_headers.header_value().is_some(),
        policy.max_age.is_some(),
        policy.allow_private_network.is_some(),
    ];
    std::array::from_fn(|index| match (sent[index], HEADERS[index].1) {
        (false, _) => Value::Never,
        (true, "origin") if everyone => Value::Constant("*"),
        (true, part) => Value::Variable(part),
    })
}

/// The variables of one policy, or of the routes.
///
/// Their names carry a digest instead of the policy's name: a name of a variable has to fit a bucket of
/// `variables_hash` (46 bytes; a longer one is an error), a second `map` of the same variable silently
/// replaces the first, and two policy files with a policy of the same name may serve one nginx. Should
/// two policies have the same digest all the same, [`Variables::guard`] makes nginx refuse them.
#[derive(Debug)]
struct Variables {
    /// Six hexadecimal digits; also the value of the route variable for the policy.
    tag: String,
}

impl Variables {
    /// The variables of `policy`, or of the routes for `None`.
    fn new(job: &Job<'_>, policy: Option<&Policy>) -> Self {
        let stem = Path::new(job.source.name())
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let name = policy.map_or("", |policy| policy.name.value.as_str());
        Self { tag: tag(&format!("{stem}/{name}")) }
    }

    /// A name that nginx accepts only once in a configuration.
    fn guard(&self) -> String {
        format!("cors_{}", self.tag)
    }

    /// The variable that holds a header, or another part of a decision.
    fn get(&self, part: &str) -> String {
        format!("$cors_{}_{part}", self.tag)
    }
}

/// A variable that all policies share. The digest is that of the block that defines them: files of
/// another version of the compiler have their own, and no map of the user's has such a name.
fn shared(part: &str) -> String {
    static TAG: LazyLock<String> = LazyLock::new(|| tag(&maps::shared_text("")));
    format!("$cors_{}_{part}", *TAG)
}

/// Six hexadecimal digits that stand for a text.
fn tag(text: &str) -> String {
    let digest = Sha256::digest(text);
    format!("{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2])
}

/// A word in double quotes. nginx keeps a backslash unless a quote, a backslash, `t`, `r` or `n`
/// follows; nothing that comes here has those behind one.
fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

fn policy_include(job: &Job<'_>, banner: &[String], policy: &Policy) -> String {
    let mut text = Text::default();
    let variables = Variables::new(job, Some(policy));
    let name = &policy.name.value;
    text.comment(banner);
    text.comment([
        "",
        &format!("CORS policy \"{name}\". Needs cors_http.conf at the http level."),
        "",
        "Include it first in every location that the policy covers, nested locations too, or in a",
        "server that it covers as a whole. A location or an if with add_header or *_hide_header",
        "directives of its own inherits none of these: include the file in that location as well.",
        "Preflights are answered before access control (auth_basic, auth_request, allow, deny), but",
        "not inside limit_except: there include it in the server.",
    ]);
    text.line("");
    hide_headers(&mut text);
    text.line("");
    for ((header, _), value) in HEADERS.iter().zip(values(policy)) {
        match value {
            Value::Never => {}
            Value::Constant(constant) => text.line(format_args!("add_header {header} {} always;", quoted(constant))),
            Value::Variable(part) => text.line(format_args!("add_header {header} {} always;", variables.get(part))),
        }
    }
    if policy.varies_on_origin() {
        text.line(format_args!("add_header Vary {} always;", shared("vary")));
    }
    text.line("");
    answers(&mut text, &variables, policy.varies_on_origin());
    text.finish()
}

fn routes_include(job: &Job<'_>, banner: &[String]) -> String {
    let mut text = Text::default();
    let variables = Variables::new(job, None);
    text.comment(banner);
    text.comment([
        "",
        "Picks the CORS policy by the normalised path ($uri). Needs cors_http.conf at the http level.",
        "",
        "Include it once, in the server, first. A location or an if with add_header or *_hide_header",
        "directives of its own inherits none of these: include the file in that location as well.",
        "Preflights are answered before a location is chosen, hence before access control and",
        "limit_except. The CORS headers of an upstream pass on paths without a policy. A regular",
        "expression in server_name needs named captures: choosing a route overwrites $1.",
    ]);
    text.line("");
    hide_headers(&mut text);
    text.line("");
    for (header, part) in HEADERS {
        text.line(format_args!("add_header {header} {} always;", variables.get(part)));
    }
    text.line(format_args!("add_header Vary {} always;", variables.get("vary")));
    text.line("");
    answers(&mut text, &variables, true);
    text.finish()
}

fn hide_headers(text: &mut Text) {
    for directive in HIDE_HEADER {
        for (header, _) in HEADERS {
            text.line(format_args!("{directive} {header};"));
        }
    }
}

/// Answers preflights. The body of each `if` is just a `return`: the use of `if` that is safe. A
/// `return` with a text that is a variable is not subject to `error_page`, which could pass the preflight
/// on; the variable of the allowed origin is empty when it is refused.
fn answers(text: &mut Text, variables: &Variables, refuses: bool) {
    let answer = variables.get("answer");
    text.line(format_args!("if ({answer} = 204) {{ return 204; }}"));
    if refuses {
        text.line(format_args!("if ({answer} = 403) {{ return 403 {}; }}", variables.get("origin")));
    }
}

/// The key of `map $uri` that stands for a path. Plain keys would compare without regard to case.
fn route_key(route: &Route) -> String {
    match &route.path.value {
        RoutePath::Exact(path) => quoted(&format!(r"~^{}\z", escape(path))),
        RoutePath::Subtree(path) => quoted(&format!(r"~^{}(?:/|\z)", escape(path))),
    }
}

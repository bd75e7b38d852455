//! The nginx target: maps for the `http` level, an include for each policy, one for the routes.
//!
//! Every decision is a `map`, evaluated when a header is written. The rewrite phase of a request that
//! is no preflight evaluates no regular expression (one would clobber `$1` of the location), except
//! that of the routes, which runs before a location is chosen.

mod include;
mod maps;
mod origins;
mod tryout;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use super::regex::{Demands, regex};
use super::text::Text;
use super::{Backend, Job, Output, Shape, Version};
use crate::analysis::print::escape;
use crate::diagnostic::code::NOT_EXPRESSIBLE;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Access, Policy, Route, RoutePath};

pub(super) static BACKEND: Backend =
    Backend { name: "nginx", shapes: SHAPES, oldest: Some(OLDEST_NGINX), notes: NOTES, parses_method, check, emit };

/// The oldest nginx that is compiled for. Every directive of the output is older: the youngest are
/// values of a `map` with several variables (1.11.2) and `grpc_hide_header` (1.13.10).
pub const OLDEST_NGINX: Version = Version(1, 18, 0);

static NOTES: &[&str] = &[
    "the header of each file says where to include it: cors_http.conf at the http level, any other first in the server or location that it covers",
    "a location with add_header or *_hide_header of its own inherits none from the server: include the file there as well",
];

static SHAPES: &[Shape] = &[
    Shape {
        name: "maps+includes",
        summary: "maps for the http level, an include for each policy, and one for the routes",
        needs_endpoints: false,
        needs_one_policy: false,
    },
    Shape {
        name: "server",
        summary: "maps for the http level, and one include for the server: of the routes, or of each policy",
        needs_endpoints: false,
        needs_one_policy: false,
    },
    Shape {
        name: "tryout",
        summary: "a complete nginx.conf, to try the policy or the routes in front of an upstream",
        needs_endpoints: true,
        needs_one_policy: true,
    },
];

/// The longest word, in bytes, that nginx reads in a configuration (`NGX_CONF_BUFFER` is 4096).
const LONGEST_WORD: usize = 4000;

/// What a regular expression must be, so that no request can make PCRE backtrack.
const DEMANDS: Demands = Demands { length: LONGEST_WORD - 100, instructions: usize::MAX, unambiguous: true };

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

fn parses_method(method: &str) -> bool {
    method.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'-' | b'_'))
}

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
    if job.shape.name == "tryout" {
        return vec![Output { name: "nginx.conf".to_owned(), text: tryout::emit(job, &banner, &policies) }];
    }
    let mut outputs = vec![Output { name: "cors_http.conf".to_owned(), text: maps::emit(job, &banner, &policies) }];
    let server = job.shape.name == "server";
    if !server || job.routes().is_none() {
        for policy in policies {
            let prefix = if server { "cors_server" } else { "cors_policy" };
            let name = format!("{prefix}_{}.conf", policy.name.value);
            outputs.push(Output { name, text: include::policy(job, &banner, policy) });
        }
    }
    if job.routes().is_some() {
        let name = if server { "cors_server.conf" } else { "cors_routes.conf" };
        outputs.push(Output { name: name.to_owned(), text: include::routes(job, &banner) });
    }
    outputs
}

/// The oldest nginx that the output is for.
fn version(job: &Job<'_>) -> Version {
    job.options.nginx_version.unwrap_or(OLDEST_NGINX)
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

/// The key of `map $uri` that stands for a path. Plain keys would compare without regard to case.
fn route_key(route: &Route) -> String {
    match &route.path.value {
        RoutePath::Exact(path) => quoted(&format!(r"~^{}\z", escape(path))),
        RoutePath::Subtree(path) => quoted(&format!(r"~^{}(?:/|\z)", escape(path))),
    }
}

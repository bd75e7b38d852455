//! The Envoy target, in two profiles: Envoy's own CORS filter ([`native`]), or a Lua filter that answers
//! as the reference does ([`exact`]).

mod api;
mod exact;
mod lua;
mod native;
mod versions;
mod write;

use serde::Serialize;

use self::api::{
    Any, Bootstrap, DiscoveryResponse, Filter, HttpConnectionManager, PolicyConfig, Route, RouteConfiguration,
    RouteMatch, Snippet, VirtualHost,
};
use self::native::Matching;
pub use self::versions::{CONSTRUCTS as ENVOY_CONSTRUCTS, Construct, OLDEST as OLDEST_ENVOY};
use super::{Backend, Endpoints, Format, Job, Output, Profile, Shape};
use crate::diagnostic::Diagnostics;
use crate::ir::{Policy, RoutePath};

pub(super) static BACKEND: Backend =
    Backend { name: "envoy", shapes: &[SNIPPET, VIRTUAL_HOST, RDS, BOOTSTRAP], notes: NOTES, check, emit };

static NOTES: &[&str] = &[
    "the CORS filters come first among http_filters, in the order in which they are printed, before authentication",
    "with --profile native, redirect and direct_response routes are not seen; --profile exact sees them",
];

const SNIPPET: Shape = Shape {
    name: "snippet",
    summary: "the filters, the configuration of each policy, and a virtual host for the routes",
    needs_endpoints: false,
    needs_one_policy: false,
};
const VIRTUAL_HOST: Shape = Shape {
    name: "virtual-host",
    summary: "a virtual host with the routes, or with the policy on all of it",
    needs_endpoints: false,
    needs_one_policy: true,
};
const RDS: Shape = Shape {
    name: "rds",
    summary: "a route configuration in a file that Envoy reloads",
    needs_endpoints: false,
    needs_one_policy: true,
};
const BOOTSTRAP: Shape = Shape {
    name: "bootstrap",
    summary: "a complete configuration; needs --listen and --upstream",
    needs_endpoints: true,
    needs_one_policy: true,
};

/// The cluster that routes lead to.
const UPSTREAM: &str = "upstream";

fn check(job: &Job<'_>, diagnostics: &mut Diagnostics) {
    versions::check(job, diagnostics);
}

fn emit(job: &Job<'_>) -> Vec<Output> {
    let output = match job.shape.name {
        "bootstrap" => write(job, "envoy", BOOTSTRAP_NOTES, &bootstrap(job)),
        "rds" => write(job, "envoy_rds", RDS_NOTES, &rds(job)),
        "virtual-host" => write(job, "envoy_virtual_host", VIRTUAL_HOST_NOTES, &virtual_host(job, true)),
        _ => write(job, "envoy_cors", SNIPPET_NOTES, &snippet(job)),
    };
    vec![output]
}

/// JSON has no comments: there the header is left out.
fn write<T: Serialize>(job: &Job<'_>, name: &str, notes: &[&str], value: &T) -> Output {
    if job.options.format == Format::Json {
        return Output { name: format!("{name}.json"), text: write::json(value) };
    }
    let mut lines = job.banner();
    let mut paragraph = |text: Vec<String>| {
        lines.push(String::new());
        lines.extend(text);
    };
    paragraph(notes.iter().map(|line| (*line).to_owned()).collect());
    paragraph(profile_notes(job).iter().map(|line| (*line).to_owned()).collect());
    paragraph(job.policies().iter().flat_map(|policy| matching_note(job, policy)).collect());
    let header: String = lines.iter().map(|line| format!("{}\n", format!("# {line}").trim_end())).collect();
    Output { name: format!("{name}.yaml"), text: format!("{header}\n{}", write::yaml(value)) }
}

const SNIPPET_NOTES: &[&str] = &[
    "http_connection_manager: merge into the HttpConnectionManager. The filters come first, in this",
    "order, before authentication; without them the policies below have no effect.",
    "policies: merge what stands below a policy's name into each route, or virtual host, that it",
    "covers. Use one level only: Envoy merges policies of several levels.",
    "virtual_hosts: the routes of the policy file, with a cluster named upstream.",
];

const VIRTUAL_HOST_NOTES: &[&str] = &[
    "A virtual host: one of route_config.virtual_hosts, or a resource of VHDS. The http_filters before",
    "it must begin with those that `--shape snippet` prints; its routes lead to a cluster named upstream.",
];

const RDS_NOTES: &[&str] = &[
    "Name this file in the HttpConnectionManager: rds.config_source.path_config_source.path, with",
    "route_config_name: cors_routes. Replace it by renaming. Its http_filters must begin with those that",
    "`--shape snippet` prints; Envoy needs node.id and node.cluster; routes lead to a cluster named",
    "upstream.",
];

const BOOTSTRAP_NOTES: &[&str] = &["A complete configuration to try the policy out with: envoy -c FILE"];

fn profile_notes(job: &Job<'_>) -> &'static [&'static str] {
    match job.options.profile {
        Profile::Native => &[
            "Profile native: Envoy's CORS filter does not see redirect and direct_response routes, and answers",
            "preflights with 200; that of a refused origin has no Access-Control-Allow-Origin.",
        ],
        Profile::Exact => &[
            "Profile exact: a Lua filter answers preflights with 204, or 403 if the origin is refused, and sees",
            "redirect and direct_response routes too.",
        ],
    }
}

/// How a policy's origins are looked up.
fn matching_note(job: &Job<'_>, policy: &Policy) -> Option<String> {
    let (name, count) = (&policy.name.value, policy.origins().len());
    match (job.options.profile, native::matching(policy)) {
        (_, Matching::Anyone) => None,
        (Profile::Exact, _) => {
            Some(format!("{name}: origins are looked up in tables of the Lua filter; entries: {count}"))
        }
        (Profile::Native, Matching::Each(matchers)) => {
            Some(format!("{name}: origins are compared one by one; matchers: {}", matchers.len()))
        }
        (Profile::Native, Matching::Script) => {
            Some(format!("{name}: origins are looked up by one Lua string matcher; entries: {count}"))
        }
    }
}

fn snippet(job: &Job<'_>) -> Snippet {
    let configured = |policy: &Policy| (policy.name.value.clone(), policy_config(job, policy));
    Snippet {
        http_connection_manager: HttpConnectionManager::part(cors_filters(job), job.routes().is_some()),
        policies: job.policies().into_iter().map(configured).collect(),
        virtual_hosts: job.routes().map(|_| vec![virtual_host(job, false)]),
    }
}

fn bootstrap(job: &Job<'_>) -> Bootstrap {
    let Some(Endpoints { listen, upstream }) = &job.endpoints else {
        // The command line asks for them: the shape says that it needs them.
        return Bootstrap::default();
    };
    let mut filters = cors_filters(job);
    filters.push(Filter::new("envoy.filters.http.router", Any::Router {}));
    let manager = HttpConnectionManager::whole(filters, route_configuration(job), job.routes().is_some());
    Bootstrap::new(listen, upstream, UPSTREAM, manager)
}

fn rds(job: &Job<'_>) -> DiscoveryResponse {
    DiscoveryResponse { version_info: job.digest(), resources: vec![Any::RouteConfiguration(route_configuration(job))] }
}

fn route_configuration(job: &Job<'_>) -> RouteConfiguration {
    RouteConfiguration { name: "cors_routes".to_owned(), virtual_hosts: vec![virtual_host(job, false)] }
}

fn cors_filters(job: &Job<'_>) -> Vec<Filter> {
    match job.options.profile {
        Profile::Native => native::filters(),
        Profile::Exact => exact::filters(),
    }
}

fn policy_config(job: &Job<'_>, policy: &Policy) -> PolicyConfig {
    match job.options.profile {
        Profile::Native => native::config(policy, versions::chosen(job)),
        Profile::Exact => exact::config(policy),
    }
}

/// The routes of the file, or one for everything. Without routes the policy may stand `above` that one,
/// on the virtual host, where it covers what is added to it.
fn virtual_host(job: &Job<'_>, above: bool) -> VirtualHost {
    let configured = |policy: Option<&Policy>| policy.map(|policy| policy_config(job, policy));
    let everything = RouteMatch::Prefix { prefix: "/".to_owned() };
    let mut host =
        VirtualHost { name: "cors".to_owned(), domains: vec!["*".to_owned()], routes: Vec::new(), policy: None };
    let Some(routes) = job.routes() else {
        let policy = configured(job.policies().first().copied());
        let (of_host, of_route) = if above { (policy, None) } else { (None, policy) };
        host.policy = of_host;
        host.routes.push(Route::new(everything, UPSTREAM, of_route));
        return host;
    };
    for route in routes {
        let matched = match &route.path.value {
            RoutePath::Exact(path) => RouteMatch::Path { path: path.clone() },
            RoutePath::Subtree(root) if root.is_empty() => RouteMatch::Prefix { prefix: "/".to_owned() },
            RoutePath::Subtree(root) => RouteMatch::PathSeparatedPrefix { path_separated_prefix: root.clone() },
        };
        let policy = route.policy.as_deref().and_then(|name| job.file.policy(name));
        host.routes.push(Route::new(matched, UPSTREAM, configured(policy)));
    }
    if host.routes.iter().all(|route| route.matches != everything) {
        host.routes.push(Route::new(everything, UPSTREAM, None));
    }
    host
}

//! The Envoy target: Envoy's own CORS filter, with what it lacks done by a `header_mutation` filter
//! outside it (`Vary`, the constant `*`), and the upstream's CORS headers removed by the route.

mod api;
mod yaml;

use std::collections::BTreeMap;

use self::api::{
    Any, Append, AppendAction, Bootstrap, CorsPolicy, DiscoveryResponse, Filter, HeaderMutationPerRoute,
    HttpConnectionManager, PolicyConfig, RouteConfiguration, RouteMatch, Snippet, StringMatch, VirtualHost,
};
use super::regex::{Demands, regex};
use super::{Backend, Endpoints, Job, Output, Shape};
use crate::diagnostic::code::NOT_EXPRESSIBLE;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Access, Policy, RoutePath};
use crate::reference::CORS_RESPONSE_HEADERS;

pub(super) static BACKEND: Backend =
    Backend { name: "envoy", shapes: &[SNIPPET, BOOTSTRAP, RDS], notes: NOTES, check, emit };

static NOTES: &[&str] = &[
    "cors_response_headers and envoy.filters.http.cors come first among http_filters, before authentication",
    "Envoy's CORS filter does not see redirect and direct_response routes",
];

const SNIPPET: Shape = Shape {
    name: "snippet",
    summary: "the filters, the configuration of each policy, and a virtual host for the routes",
    needs_endpoints: false,
    needs_one_policy: false,
};
const BOOTSTRAP: Shape = Shape {
    name: "bootstrap",
    summary: "a complete configuration; needs --listen and --upstream",
    needs_endpoints: true,
    needs_one_policy: true,
};
const RDS: Shape = Shape {
    name: "rds",
    summary: "a route configuration in a file that Envoy reloads",
    needs_endpoints: false,
    needs_one_policy: true,
};

/// The name of the filter that does what Envoy's CORS filter lacks.
const RESPONSE_HEADERS_FILTER: &str = "cors_response_headers";
/// The name of Envoy's CORS filter.
const CORS_FILTER: &str = "envoy.filters.http.cors";
/// The cluster that routes lead to.
const UPSTREAM: &str = "upstream";
/// What a regular expression must be: Envoy accepts programs of 100 instructions
/// (`re2.max_program_size.error_level`).
const DEMANDS: Demands = Demands { length: usize::MAX, instructions: 100, unambiguous: false };

fn check(job: &Job<'_>, diagnostics: &mut Diagnostics) {
    for policy in job.policies() {
        for origin in policy.origins() {
            let pattern = &origin.pattern.value;
            if pattern.as_exact().is_some() || regex(pattern, DEMANDS).is_ok() {
                continue;
            }
            let most = DEMANDS.instructions;
            let message =
                format!("`{pattern}` makes a regular expression of more than {most} instructions, which Envoy refuses");
            let help = "shorten the host, or write the origins one by one";
            diagnostics.push(Diagnostic::new(&NOT_EXPRESSIBLE, message).at(&origin.pattern, "in Envoy").help(help));
        }
    }
}

fn emit(job: &Job<'_>) -> Vec<Output> {
    let mut banner = job.banner();
    let (name, body) = match job.shape.name {
        "bootstrap" => {
            banner.extend(lines(&["", "A complete configuration to try the policy out with: envoy -c FILE"]));
            ("envoy.yaml", yaml::to_string(&bootstrap(job)))
        }
        "rds" => {
            banner.extend(lines(RDS_NOTES));
            ("envoy_rds.yaml", yaml::to_string(&rds(job)))
        }
        _ => {
            banner.extend(lines(SNIPPET_NOTES));
            ("envoy_cors.yaml", yaml::to_string(&snippet(job)))
        }
    };
    let banner: String = banner.iter().map(|line| format!("{}\n", format!("# {line}").trim_end())).collect();
    vec![Output { name: name.to_owned(), text: format!("{banner}\n{body}") }]
}

const SNIPPET_NOTES: &[&str] = &[
    "",
    "http_connection_manager: merge into the HttpConnectionManager. The two filters come first, in",
    "this order, before authentication; without them the policies below have no effect.",
    "policies: merge what stands below a policy's name into each route, or virtual host, that it",
    "covers. Use one level only: Envoy merges policies of several levels field by field.",
    "virtual_hosts: the routes of the policy file, with a cluster named upstream.",
    "",
    "Envoy's CORS filter does not see redirect and direct_response routes, and answers preflights",
    "with 200; that of a refused origin has no Access-Control-Allow-Origin.",
];

const RDS_NOTES: &[&str] = &[
    "",
    "Name this file in the HttpConnectionManager: rds.config_source.path_config_source.path, with",
    "route_config_name: cors_routes. Replace it by renaming. Its http_filters must begin with",
    "cors_response_headers (header_mutation) and envoy.filters.http.cors, as `--shape snippet` prints",
    "them; Envoy needs node.id and node.cluster; routes lead to a cluster named upstream.",
];

fn lines(text: &[&str]) -> Vec<String> {
    text.iter().map(|line| (*line).to_owned()).collect()
}

fn snippet(job: &Job<'_>) -> Snippet {
    Snippet {
        http_connection_manager: HttpConnectionManager::part(cors_filters(), job.routes().is_some()),
        policies: job.policies().into_iter().map(|policy| (policy.name.value.clone(), policy_config(policy))).collect(),
        virtual_hosts: job.routes().map(|_| vec![virtual_host(job)]),
    }
}

fn bootstrap(job: &Job<'_>) -> Bootstrap {
    let Some(Endpoints { listen, upstream }) = &job.endpoints else {
        // The command line asks for them: the shape says that it needs them.
        return Bootstrap::default();
    };
    let mut filters = cors_filters();
    filters.push(Filter::new("envoy.filters.http.router", Any::Router {}));
    let manager = HttpConnectionManager::whole(filters, route_configuration(job), job.routes().is_some());
    Bootstrap::new(listen, upstream, UPSTREAM, manager)
}

fn rds(job: &Job<'_>) -> DiscoveryResponse {
    DiscoveryResponse { version_info: job.digest(), resources: vec![Any::RouteConfiguration(route_configuration(job))] }
}

fn route_configuration(job: &Job<'_>) -> RouteConfiguration {
    RouteConfiguration { name: "cors_routes".to_owned(), virtual_hosts: vec![virtual_host(job)] }
}

/// The two filters, in order: the first one is the last to see a response.
fn cors_filters() -> Vec<Filter> {
    vec![Filter::new(RESPONSE_HEADERS_FILTER, Any::HeaderMutation {}), Filter::new(CORS_FILTER, Any::Cors {})]
}

/// The routes of the file, or one for everything.
fn virtual_host(job: &Job<'_>) -> VirtualHost {
    let mut routes = Vec::new();
    for route in job.routes().unwrap_or(&[]) {
        let policy = route.policy.as_deref().and_then(|name| job.file.policy(name));
        let matched = match &route.path.value {
            RoutePath::Exact(path) => RouteMatch::Path { path: path.clone() },
            RoutePath::Subtree(root) if root.is_empty() => RouteMatch::Prefix { prefix: "/".to_owned() },
            RoutePath::Subtree(root) => RouteMatch::PathSeparatedPrefix { path_separated_prefix: root.clone() },
        };
        routes.push(api::Route::new(matched, UPSTREAM, policy.map(policy_config)));
    }
    let everything = RouteMatch::Prefix { prefix: "/".to_owned() };
    match job.routes() {
        None => routes.push(api::Route::new(
            everything,
            UPSTREAM,
            job.policies().first().map(|policy| policy_config(policy)),
        )),
        Some(_) if routes.iter().any(|route| route.matches == everything) => {}
        Some(_) => routes.push(api::Route::new(everything, UPSTREAM, None)),
    }
    VirtualHost { name: "cors".to_owned(), domains: vec!["*".to_owned()], routes }
}

/// What a route or virtual host says of a policy. Every field is set: one that is left out would be
/// inherited from the level above.
fn policy_config(policy: &Policy) -> PolicyConfig {
    let cors = CorsPolicy {
        allow_origin_string_match: origins(policy),
        allow_methods: policy.allow_methods.header_value().unwrap_or_default(),
        allow_headers: policy.allow_headers.header_value().unwrap_or_default(),
        expose_headers: policy.expose_headers.header_value().unwrap_or_default(),
        max_age: policy.max_age.as_ref().map(|seconds| seconds.value.to_string()).unwrap_or_default(),
        allow_credentials: policy.allows_credentials(),
        allow_private_network_access: policy.allow_private_network.is_some(),
        forward_not_matching_preflights: false,
    };
    let mutations = HeaderMutationPerRoute::new(response_headers(policy));
    PolicyConfig {
        typed_per_filter_config: BTreeMap::from([
            (CORS_FILTER.to_owned(), Any::CorsPolicy(cors)),
            (RESPONSE_HEADERS_FILTER.to_owned(), Any::HeaderMutationPerRoute(mutations)),
        ]),
        response_headers_to_remove: CORS_RESPONSE_HEADERS.map(str::to_owned).to_vec(),
    }
}

fn origins(policy: &Policy) -> Vec<StringMatch> {
    if let Access::Anyone(_) = policy.access {
        return vec![StringMatch::exact("*")];
    }
    // `check` has refused the file if there is no expression; without one nothing matches.
    let matcher = |pattern: &OriginPattern| match pattern.as_exact() {
        Some(exact) => Some(StringMatch::exact(&exact)),
        None => regex(pattern, DEMANDS).ok().map(|regex| StringMatch::regex(regex.text)),
    };
    policy.origins().iter().filter_map(|origin| matcher(&origin.pattern.value)).collect()
}

/// The headers that Envoy's CORS filter does not write as they must be.
fn response_headers(policy: &Policy) -> Vec<Append> {
    let mut headers = Vec::new();
    if policy.varies_on_origin() {
        headers.push(Append::new("vary", "Origin", AppendAction::AppendIfExistsOrAdd));
    } else {
        // The filter would echo the origin, and say nothing to requests without one.
        headers.push(Append::new("access-control-allow-origin", "*", AppendAction::OverwriteIfExistsOrAdd));
        if let Some(names) = policy.expose_headers.header_value() {
            headers.push(Append::new("access-control-expose-headers", &names, AppendAction::OverwriteIfExistsOrAdd));
        }
    }
    // For a lone `*` the filter echoes what was asked for, which would let `Authorization` through.
    let lists = [
        ("access-control-allow-methods", policy.allow_methods.header_value()),
        ("access-control-allow-headers", policy.allow_headers.header_value()),
    ];
    for (name, value) in lists {
        if value.as_deref() == Some("*") {
            headers.push(Append::new(name, "*", AppendAction::OverwriteIfExists));
        }
    }
    headers
}

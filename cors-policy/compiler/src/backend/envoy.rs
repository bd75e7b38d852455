//! The Envoy target, in two profiles: Envoy's own CORS filter ([`native`]), or a Lua filter that answers
//! as the reference does ([`exact`]).

mod api;
mod exact;
mod header;
mod lua;
mod native;
mod versions;
mod write;

use serde::Serialize;

use self::api::{
    Any, Bootstrap, DiscoveryResponse, Filter, HttpConnectionManager, PolicyConfig, Route, RouteConfiguration,
    RouteMatch, Snippet, VirtualHost,
};
use self::header::{BOOTSTRAP_NOTES, RDS_NOTES, SNIPPET_NOTES, VIRTUAL_HOST_NOTES};
pub use self::versions::{CONSTRUCTS as ENVOY_CONSTRUCTS, Construct, OLDEST as OLDEST_ENVOY};
use super::{Backend, Endpoints, Format, Job, Output, Profile, Shape};
use crate::diagnostic::Diagnostics;
use crate::ir::{Policy, RoutePath};

pub(super) static BACKEND: Backend = Backend {
    name: "envoy",
    shapes: &[SNIPPET, VIRTUAL_HOST, RDS, BOOTSTRAP],
    oldest: Some(OLDEST_ENVOY),
    notes: NOTES,
    parses_method: |method| METHODS.split(' ').any(|known| known == method),
    check,
    emit,
};

static NOTES: &[&str] = &[
    "the CORS filters come first among http_filters, in the order in which they are printed, before authentication",
    "with --profile native, redirect and direct_response routes are not seen; --profile exact sees them",
];

/// The methods of `allow_methods` that Envoy's HTTP/1 parser takes, at version 1.40. HTTP/2 takes any.
const METHODS: &str = "ACL BIND CHECKOUT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH \
    NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE \
    UNBIND UNLINK UNLOCK UNSUBSCRIBE";

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
    let text = format!("{}\n{}", header::header(job, notes), write::yaml(value));
    Output { name: format!("{name}.yaml"), text }
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

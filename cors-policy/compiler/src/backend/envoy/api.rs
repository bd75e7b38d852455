//! The messages of Envoy's API that a CORS configuration uses, as far as it uses them.
//!
//! Field names and defaults as in <https://www.envoyproxy.io/docs/envoy/latest/api-v3/api>.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::backend::Endpoint;

/// A message with its type, where Envoy takes any.
#[derive(Debug, Serialize)]
#[serde(tag = "@type")]
pub(super) enum Any {
    #[serde(rename = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors")]
    Cors {},
    #[serde(rename = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy")]
    CorsPolicy(CorsPolicy),
    #[serde(rename = "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation")]
    HeaderMutation {},
    #[serde(rename = "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute")]
    HeaderMutationPerRoute(HeaderMutationPerRoute),
    #[serde(rename = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router")]
    Router {},
    #[serde(
        rename = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
    )]
    HttpConnectionManager(HttpConnectionManager),
    #[serde(rename = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration")]
    RouteConfiguration(RouteConfiguration),
}

#[derive(Debug, Serialize)]
pub(super) struct Filter {
    name: String,
    typed_config: Any,
}

impl Filter {
    pub(super) fn new(name: &str, typed_config: Any) -> Self {
        Self { name: name.to_owned(), typed_config }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct CorsPolicy {
    pub(super) allow_origin_string_match: Vec<StringMatch>,
    pub(super) allow_methods: String,
    pub(super) allow_headers: String,
    pub(super) expose_headers: String,
    pub(super) max_age: String,
    pub(super) allow_credentials: bool,
    pub(super) allow_private_network_access: bool,
    pub(super) forward_not_matching_preflights: bool,
}

/// A one-of: the YAML writer would print the variants of a plain enum as tags.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum StringMatch {
    Exact { exact: String },
    SafeRegex { safe_regex: SafeRegex },
}

#[derive(Debug, Serialize)]
pub(super) struct SafeRegex {
    regex: String,
}

impl StringMatch {
    pub(super) fn exact(text: &str) -> Self {
        Self::Exact { exact: text.to_owned() }
    }

    pub(super) fn regex(regex: String) -> Self {
        Self::SafeRegex { safe_regex: SafeRegex { regex } }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct HeaderMutationPerRoute {
    mutations: Mutations,
}

#[derive(Debug, Serialize)]
struct Mutations {
    response_mutations: Vec<Mutation>,
}

#[derive(Debug, Serialize)]
struct Mutation {
    append: Append,
}

impl HeaderMutationPerRoute {
    pub(super) fn new(response: Vec<Append>) -> Self {
        let response_mutations = response.into_iter().map(|append| Mutation { append }).collect();
        Self { mutations: Mutations { response_mutations } }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Append {
    header: HeaderValue,
    append_action: AppendAction,
}

#[derive(Debug, Serialize)]
struct HeaderValue {
    key: String,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum AppendAction {
    AppendIfExistsOrAdd,
    OverwriteIfExistsOrAdd,
    OverwriteIfExists,
}

impl Append {
    /// A `%` in the value would begin a substitution.
    pub(super) fn new(key: &str, value: &str, append_action: AppendAction) -> Self {
        Self { header: HeaderValue { key: key.to_owned(), value: value.replace('%', "%%") }, append_action }
    }
}

/// The keys of a route or virtual host that carry a policy.
#[derive(Debug, Serialize)]
pub(super) struct PolicyConfig {
    pub(super) typed_per_filter_config: BTreeMap<String, Any>,
    pub(super) response_headers_to_remove: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct RouteConfiguration {
    pub(super) name: String,
    pub(super) virtual_hosts: Vec<VirtualHost>,
}

#[derive(Debug, Serialize)]
pub(super) struct VirtualHost {
    pub(super) name: String,
    pub(super) domains: Vec<String>,
    pub(super) routes: Vec<Route>,
}

#[derive(Debug, Serialize)]
pub(super) struct Route {
    #[serde(rename = "match")]
    pub(super) matches: RouteMatch,
    route: RouteAction,
    #[serde(flatten)]
    policy: Option<PolicyConfig>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum RouteMatch {
    Path { path: String },
    Prefix { prefix: String },
    PathSeparatedPrefix { path_separated_prefix: String },
}

#[derive(Debug, Serialize)]
struct RouteAction {
    cluster: String,
}

impl Route {
    pub(super) fn new(matches: RouteMatch, cluster: &str, policy: Option<PolicyConfig>) -> Self {
        Self { matches, route: RouteAction { cluster: cluster.to_owned() }, policy }
    }
}

/// A connection manager, or the part of one that CORS depends on.
#[derive(Debug, Serialize)]
pub(super) struct HttpConnectionManager {
    #[serde(skip_serializing_if = "Option::is_none")]
    stat_prefix: Option<String>,
    normalize_path: bool,
    merge_slashes: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_with_escaped_slashes_action: Option<&'static str>,
    http_filters: Vec<Filter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route_config: Option<RouteConfiguration>,
}

impl HttpConnectionManager {
    /// With `routed`, the path picks the policy: an escaped slash, which an upstream may take for a
    /// slash, is turned into one by a redirect, so that all compare the same path.
    pub(super) fn part(http_filters: Vec<Filter>, routed: bool) -> Self {
        Self {
            stat_prefix: None,
            normalize_path: true,
            merge_slashes: true,
            path_with_escaped_slashes_action: routed.then_some("UNESCAPE_AND_REDIRECT"),
            http_filters,
            route_config: None,
        }
    }

    pub(super) fn whole(http_filters: Vec<Filter>, route_config: RouteConfiguration, routed: bool) -> Self {
        let route_config = Some(route_config);
        Self { stat_prefix: Some("cors".to_owned()), route_config, ..Self::part(http_filters, routed) }
    }
}

/// Not a message of Envoy's: pieces to merge into a configuration.
#[derive(Debug, Serialize)]
pub(super) struct Snippet {
    pub(super) http_connection_manager: HttpConnectionManager,
    pub(super) policies: BTreeMap<String, PolicyConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) virtual_hosts: Option<Vec<VirtualHost>>,
}

#[derive(Debug, Serialize)]
pub(super) struct DiscoveryResponse {
    pub(super) version_info: String,
    pub(super) resources: Vec<Any>,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Bootstrap {
    static_resources: StaticResources,
}

#[derive(Debug, Default, Serialize)]
struct StaticResources {
    listeners: Vec<Listener>,
    clusters: Vec<Cluster>,
}

#[derive(Debug, Serialize)]
struct Listener {
    name: String,
    address: Address,
    filter_chains: Vec<FilterChain>,
}

#[derive(Debug, Serialize)]
struct FilterChain {
    filters: Vec<Filter>,
}

#[derive(Debug, Serialize)]
struct Cluster {
    name: String,
    #[serde(rename = "type")]
    discovery: &'static str,
    connect_timeout: &'static str,
    load_assignment: LoadAssignment,
}

#[derive(Debug, Serialize)]
struct LoadAssignment {
    cluster_name: String,
    endpoints: [Locality; 1],
}

#[derive(Debug, Serialize)]
struct Locality {
    lb_endpoints: [LbEndpoint; 1],
}

#[derive(Debug, Serialize)]
struct LbEndpoint {
    endpoint: EndpointAddress,
}

#[derive(Debug, Serialize)]
struct EndpointAddress {
    address: Address,
}

#[derive(Debug, Serialize)]
struct Address {
    socket_address: SocketAddress,
}

#[derive(Debug, Serialize)]
struct SocketAddress {
    address: String,
    port_value: u16,
}

impl Address {
    fn new(endpoint: &Endpoint) -> Self {
        Self { socket_address: SocketAddress { address: endpoint.host.clone(), port_value: endpoint.port } }
    }
}

impl Bootstrap {
    pub(super) fn new(listen: &Endpoint, upstream: &Endpoint, cluster: &str, manager: HttpConnectionManager) -> Self {
        let manager = Filter::new("envoy.filters.network.http_connection_manager", Any::HttpConnectionManager(manager));
        let is_address = upstream.host.parse::<std::net::IpAddr>().is_ok();
        let endpoint = LbEndpoint { endpoint: EndpointAddress { address: Address::new(upstream) } };
        let listener = Listener {
            name: "http".to_owned(),
            address: Address::new(listen),
            filter_chains: vec![FilterChain { filters: vec![manager] }],
        };
        let cluster = Cluster {
            name: cluster.to_owned(),
            discovery: if is_address { "STATIC" } else { "STRICT_DNS" },
            connect_timeout: "5s",
            load_assignment: LoadAssignment {
                cluster_name: cluster.to_owned(),
                endpoints: [Locality { lb_endpoints: [endpoint] }],
            },
        };
        Self { static_resources: StaticResources { listeners: vec![listener], clusters: vec![cluster] } }
    }
}

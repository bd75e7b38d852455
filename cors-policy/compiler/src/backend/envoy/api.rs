//! The messages of Envoy's API that a CORS configuration uses, as far as it uses them.
//!
//! Field names and defaults as in <https://www.envoyproxy.io/docs/envoy/latest/api-v3/api>.

mod bootstrap;
mod route;

use std::collections::BTreeMap;

use serde::Serialize;

pub(super) use self::bootstrap::Bootstrap;
pub(super) use self::route::{HttpConnectionManager, Route, RouteConfiguration, RouteMatch, VirtualHost};

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
    #[serde(rename = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua")]
    Lua {},
    #[serde(rename = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute")]
    LuaPerRoute(Script),
    #[serde(rename = "type.googleapis.com/envoy.extensions.string_matcher.lua.v3.Lua")]
    LuaStringMatcher(Script),
    #[serde(rename = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router")]
    Router {},
    #[serde(
        rename = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
    )]
    HttpConnectionManager(HttpConnectionManager),
    #[serde(rename = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration")]
    RouteConfiguration(RouteConfiguration),
}

/// A filter, or another extension: a name and its configuration.
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
    /// Unknown to Envoy before 1.30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) forward_not_matching_preflights: Option<bool>,
}

/// A one-of: the YAML writer would print the variants of a plain enum as tags.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum StringMatch {
    Exact { exact: String },
    SafeRegex { safe_regex: SafeRegex },
    Custom { custom: Filter },
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

    /// A script with a function `envoy_match`.
    pub(super) fn lua(script: String) -> Self {
        Self::Custom { custom: Filter::new("envoy.string_matcher.lua", Any::LuaStringMatcher(Script::new(script))) }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Script {
    source_code: DataSource,
}

#[derive(Debug, Serialize)]
struct DataSource {
    inline_string: String,
}

impl Script {
    pub(super) fn new(inline_string: String) -> Self {
        Self { source_code: DataSource { inline_string } }
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) response_headers_to_remove: Vec<String>,
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

//! Routes, and the connection manager that they stand in.

use serde::Serialize;

use super::{Filter, PolicyConfig};

#[derive(Debug, Serialize)]
pub(in crate::backend::envoy) struct RouteConfiguration {
    pub(in crate::backend::envoy) name: String,
    pub(in crate::backend::envoy) virtual_hosts: Vec<VirtualHost>,
}

#[derive(Debug, Serialize)]
pub(in crate::backend::envoy) struct VirtualHost {
    pub(in crate::backend::envoy) name: String,
    pub(in crate::backend::envoy) domains: Vec<String>,
    pub(in crate::backend::envoy) routes: Vec<Route>,
    #[serde(flatten)]
    pub(in crate::backend::envoy) policy: Option<PolicyConfig>,
}

#[derive(Debug, Serialize)]
pub(in crate::backend::envoy) struct Route {
    #[serde(rename = "match")]
    pub(in crate::backend::envoy) matches: RouteMatch,
    route: RouteAction,
    #[serde(flatten)]
    policy: Option<PolicyConfig>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(in crate::backend::envoy) enum RouteMatch {
    Path { path: String },
    Prefix { prefix: String },
    PathSeparatedPrefix { path_separated_prefix: String },
}

#[derive(Debug, Serialize)]
struct RouteAction {
    cluster: String,
}

impl Route {
    pub(in crate::backend::envoy) fn new(matches: RouteMatch, cluster: &str, policy: Option<PolicyConfig>) -> Self {
        Self { matches, route: RouteAction { cluster: cluster.to_owned() }, policy }
    }
}

/// A connection manager, or the part of one that CORS depends on.
#[derive(Debug, Serialize)]
pub(in crate::backend::envoy) struct HttpConnectionManager {
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
    pub(in crate::backend::envoy) fn part(http_filters: Vec<Filter>, routed: bool) -> Self {
        Self {
            stat_prefix: None,
            normalize_path: true,
            merge_slashes: true,
            path_with_escaped_slashes_action: routed.then_some("UNESCAPE_AND_REDIRECT"),
            http_filters,
            route_config: None,
        }
    }

    pub(in crate::backend::envoy) fn whole(
        http_filters: Vec<Filter>,
        route_config: RouteConfiguration,
        routed: bool,
    ) -> Self {
        let route_config = Some(route_config);
        Self { stat_prefix: Some("cors".to_owned()), route_config, ..Self::part(http_filters, routed) }
    }
}

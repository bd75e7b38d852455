//! A complete configuration: one listener, one cluster.

use serde::Serialize;

use super::route::HttpConnectionManager;
use super::{Any, Filter};
use crate::backend::Endpoint;

#[derive(Debug, Default, Serialize)]
pub(in crate::backend::envoy) struct Bootstrap {
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
    pub(in crate::backend::envoy) fn new(
        listen: &Endpoint,
        upstream: &Endpoint,
        cluster: &str,
        manager: HttpConnectionManager,
    ) -> Self {
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

//! Configurations of Envoy put together from what the compiler prints, as its headers say.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use cors_compiler::reference::Response;
use serde_yaml::{Mapping, Value};

use crate::client::Client;
use crate::envoy::Envoy;
use crate::policies::{Sample, samples};
use crate::process::free_address;

pub(crate) fn sample(name: &str) -> Sample {
    samples().into_iter().find(|sample| sample.name == name).unwrap()
}

pub(crate) fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

pub(crate) fn mapping(value: &mut Value) -> &mut Mapping {
    value.as_mapping_mut().unwrap()
}

/// A bootstrap around a connection manager, with the cluster that routes lead to.
pub(crate) fn bootstrap(manager: Value, listen: SocketAddr, upstream: SocketAddr) -> String {
    let mut whole = yaml(&format!(
        "
node: {{id: test, cluster: test}}
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {}}}}}
    filter_chains:
    - filters:
      - name: manager
        typed_config: {{}}
  clusters:
  - name: upstream
    load_assignment:
      cluster_name: upstream
      endpoints:
      - lb_endpoints:
        - endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {}}}}}}}
",
        listen.port(),
        upstream.port()
    ));
    whole["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"] = manager;
    // As JSON, since Envoy's reader is one of YAML 1.1, in which the plain scalar `no` is no string.
    serde_json::to_string(&whole).unwrap()
}

/// A connection manager with the snippet's filters, the router, and what `routes` adds.
pub(crate) fn manager(snippet: &Value, routes: &str) -> Value {
    let mut manager = snippet["http_connection_manager"].clone();
    let router = yaml(
        "{name: router, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}",
    );
    manager["http_filters"].as_sequence_mut().unwrap().push(router);
    let kind = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    mapping(&mut manager).extend(mapping(&mut yaml(&format!("{{'@type': {kind}, stat_prefix: test}}"))).clone());
    mapping(&mut manager).extend(mapping(&mut yaml(routes)).clone());
    manager
}

/// What `cors compile` writes for Envoy with these arguments.
pub(crate) fn compiled(directory: &Path, sample: &Sample, arguments: &[&str]) -> Value {
    let file = directory.join("compiled.yaml");
    sample.compile([&["--target", "envoy", "-o", file.to_str().unwrap()], arguments].concat());
    yaml(&fs::read_to_string(file).unwrap())
}

pub(crate) fn snippet(directory: &Path, sample: &Sample) -> Value {
    compiled(directory, sample, &[])
}

pub(crate) fn serve(directory: &Path, manager: Value, upstream: SocketAddr) -> Envoy {
    let address = free_address();
    let file = directory.join("bootstrap.yaml");
    fs::write(&file, bootstrap(manager, address, upstream)).unwrap();
    Envoy::serve(directory, &file, address)
}

pub(crate) fn get(client: &mut Client, path: &str, origin: &str) -> Response {
    client.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\n\r\n").as_bytes()).unwrap()
}

pub(crate) fn allowed(response: &Response) -> Vec<String> {
    response.headers.all("access-control-allow-origin").map(str::to_owned).collect()
}

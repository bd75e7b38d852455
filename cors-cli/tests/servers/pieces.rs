//! Envoy's other shapes: the snippet merged and the route configuration loaded as their headers say.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use cors_compiler::reference::Response;
use serde_yaml::{Mapping, Value};

use crate::client::Client;
use crate::envoy::Envoy;
use crate::policies::{Sample, load, samples};
use crate::process::free_address;
use crate::upstream::Upstream;

fn sample(name: &str) -> Sample {
    samples().into_iter().find(|sample| sample.name == name).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

fn mapping(value: &mut Value) -> &mut Mapping {
    value.as_mapping_mut().unwrap()
}

/// A bootstrap around a connection manager, with the cluster that routes lead to.
fn bootstrap(manager: Value, listen: SocketAddr, upstream: SocketAddr) -> String {
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
    serde_yaml::to_string(&whole).unwrap()
}

/// A connection manager with the snippet's filters, the router, and what `routes` adds.
fn manager(snippet: &Value, routes: &str) -> Value {
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

fn snippet(directory: &Path, sample: &Sample) -> Value {
    let file = directory.join("snippet.yaml");
    sample.compile(["--target".as_ref(), "envoy".as_ref(), "-o".as_ref(), file.as_path()]);
    yaml(&fs::read_to_string(file).unwrap())
}

fn serve(directory: &Path, manager: Value, upstream: SocketAddr) -> Envoy {
    let address = free_address();
    let file = directory.join("bootstrap.yaml");
    fs::write(&file, bootstrap(manager, address, upstream)).unwrap();
    Envoy::serve(directory, &file, address)
}

fn get(client: &mut Client, path: &str, origin: &str) -> Response {
    client.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\n\r\n").as_bytes()).unwrap()
}

fn allowed(response: &Response) -> Vec<String> {
    response.headers.all("access-control-allow-origin").map(str::to_owned).collect()
}

#[test]
fn the_snippet_works_where_its_header_says() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let snippet = snippet(directory.path(), &sample("spa.yaml"));
    let mut route = yaml("{match: {prefix: /}, route: {cluster: upstream}}");
    mapping(&mut route).extend(snippet["policies"]["spa"].as_mapping().unwrap().clone());
    let mut manager = manager(&snippet, "route_config: {virtual_hosts: [{name: all, domains: ['*'], routes: []}]}");
    manager["route_config"]["virtual_hosts"][0]["routes"].as_sequence_mut().unwrap().push(route);
    let envoy = serve(directory.path(), manager, upstream.address);
    let mut client = Client::new(envoy.address);
    assert_eq!(allowed(&get(&mut client, "/", "https://app.example.com")), ["https://app.example.com"]);
    assert!(allowed(&get(&mut client, "/", "https://evil.test")).is_empty());
}

#[test]
fn the_snippet_s_virtual_host_routes() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let snippet = snippet(directory.path(), &sample("shop.yaml"));
    let mut manager = manager(&snippet, "route_config: {name: all}");
    mapping(&mut manager["route_config"]).insert("virtual_hosts".into(), snippet["virtual_hosts"].clone());
    let envoy = serve(directory.path(), manager, upstream.address);
    let mut client = Client::new(envoy.address);
    for (path, origin, expected) in [
        ("/api/cart", "https://pay-1.partner.example", &["https://pay-1.partner.example"][..]),
        ("/api/catalogue/x", "https://pay-1.partner.example", &[]),
        ("/assets/x", "https://pay-1.partner.example", &["*"]),
        ("/api/health", "https://shop.example", &[]),
        // The path normalization that the snippet turns on.
        ("/assets/../api/cart", "https://shop.example", &["https://shop.example"]),
        ("//api//cart", "https://shop.example", &["https://shop.example"]),
    ] {
        assert_eq!(allowed(&get(&mut client, path, origin)), expected, "{path}");
    }
}

#[test]
fn the_route_configuration_is_reloaded_when_it_is_renamed_into_place() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let spa = sample("spa.yaml");
    let routes = directory.path().join("routes.yaml");
    spa.compile(["--target", "envoy", "--shape", "rds", "-o", routes.to_str().unwrap()]);
    let rds = format!(
        "rds: {{route_config_name: cors_routes, config_source: {{path_config_source: {{path: {:?}}}}}}}",
        routes.to_str().unwrap()
    );
    let manager = manager(&snippet(directory.path(), &spa), &rds);
    let envoy = serve(directory.path(), manager, upstream.address);
    let mut client = Client::new(envoy.address);
    assert_eq!(allowed(&get(&mut client, "/", "https://app.example.com")), ["https://app.example.com"]);

    let next = directory.path().join("next.yaml");
    let assets = sample("public-assets.yaml");
    assets.compile(["--target", "envoy", "--shape", "rds", "-o", next.to_str().unwrap()]);
    fs::rename(&next, &routes).unwrap();
    let started = std::time::Instant::now();
    while allowed(&get(&mut client, "/", "https://app.example.com")) != ["*"] {
        assert!(started.elapsed().as_secs() < 10, "Envoy does not take up the new routes");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// Words that a YAML 1.1 reader takes for booleans, null or numbers arrive as they are meant.
#[test]
fn envoy_reads_back_what_was_meant() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    for (method, header) in
        [("NO", "y"), ("ON", "off"), ("1E3", "0600"), ("NULL", "1_000"), ("TRUE", "~"), ("0X1F", "on")]
    {
        let path = directory.path().join("words.yaml");
        let list = |name: &str| format!("[\"{name}\"]");
        let text = format!(
            "version: 1\npolicies:\n  p:\n    allow_origins: [https://a.example]\n    allow_methods: {}\n    allow_headers: {}\n    expose_headers: {}\n",
            list(method),
            list(header),
            list(header),
        );
        fs::write(&path, text).unwrap();
        let sample = load(path);
        let profile = "native";
        let envoy = Envoy::start(directory.path(), &sample, None, profile, upstream.address);
        let mut client = Client::new(envoy.address);
        let preflight =
            "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n";
        let answer = client.send(preflight.as_bytes()).unwrap();
        assert_eq!(answer.headers.all("access-control-allow-methods").collect::<Vec<_>>(), [method]);
        assert_eq!(answer.headers.all("access-control-allow-headers").collect::<Vec<_>>(), [header]);
    }
}

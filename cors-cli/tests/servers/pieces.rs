//! Envoy's other shapes: the snippet merged and the route configuration loaded as their headers say.

use std::fs;
use std::time::Instant;

use crate::assembled::{allowed, compiled, get, manager, mapping, sample, serve, snippet, yaml};
use crate::client::Client;
use crate::documents::Page;
use crate::envoy::Envoy;
use crate::policies::load;
use crate::upstream::Upstream;

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
fn a_virtual_host_s_policy_covers_the_routes_that_are_added_to_it() {
    for profile in ["native", "exact"] {
        let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
        let spa = sample("spa.yaml");
        let snippet = compiled(directory.path(), &spa, &["--profile", profile]);
        let mut host = compiled(directory.path(), &spa, &["--profile", profile, "--shape", "virtual-host"]);
        let added = yaml("{match: {path: /added}, route: {cluster: upstream}}");
        host["routes"].as_sequence_mut().unwrap().insert(0, added);
        let mut manager = manager(&snippet, "route_config: {virtual_hosts: []}");
        manager["route_config"]["virtual_hosts"].as_sequence_mut().unwrap().push(host);
        let envoy = serve(directory.path(), manager, upstream.address);
        let mut client = Client::new(envoy.address);
        for path in ["/", "/added"] {
            assert_eq!(allowed(&get(&mut client, path, "https://app.example.com")), ["https://app.example.com"]);
            assert!(allowed(&get(&mut client, path, "https://evil.test")).is_empty());
        }
    }
}

/// Every answer meanwhile is that of the one policy or of the other.
#[test]
fn the_route_configuration_is_reloaded_when_it_is_renamed_into_place() {
    for (profile, format) in [("native", "yaml"), ("native", "json"), ("exact", "yaml"), ("exact", "json")] {
        let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
        let arguments = ["--target", "envoy", "--shape", "rds", "--profile", profile, "--format", format];
        let routes = directory.path().join(format!("routes.{format}"));
        let put = |policy: &str| {
            let next = directory.path().join(format!("next.{format}"));
            sample(policy).compile([&arguments[..], &["-o", next.to_str().unwrap()]].concat());
            fs::rename(&next, &routes).unwrap();
        };
        put("spa.yaml");
        // As docs/envoy.md has it.
        let blocks = Page::read("docs/envoy.md").blocks();
        let shown = blocks.into_iter().find(|block| block.is("yaml", &["envoy"])).unwrap().text;
        assert!(shown.contains("/etc/envoy/envoy_rds.yaml"), "{shown}");
        let rds = shown.replace("/etc/envoy/envoy_rds.yaml", routes.to_str().unwrap());
        let manager = manager(&compiled(directory.path(), &sample("spa.yaml"), &["--profile", profile]), &rds);
        let envoy = serve(directory.path(), manager, upstream.address);
        let mut client = Client::new(envoy.address);
        let mut ask = || {
            let answer = get(&mut client, "/", "https://app.example.com");
            let mut fields = answer.headers.0;
            fields.retain(|(name, _)| name.starts_with("access-control-") || name == "vary");
            fields.sort();
            fields
        };
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let spa = ask();
        assert!(spa.contains(&field("access-control-allow-origin", "https://app.example.com")), "{spa:?}");
        assert!(spa.contains(&field("vary", "Origin")), "{spa:?}");
        let mut assets = Vec::new();
        for (policy, before) in [("public-assets.yaml", &spa), ("spa.yaml", &Vec::new())] {
            put(policy);
            let started = Instant::now();
            loop {
                let found = ask();
                if assets.is_empty() && found.contains(&field("access-control-allow-origin", "*")) {
                    assets = found;
                    break;
                }
                if policy == "spa.yaml" && found == spa {
                    break;
                }
                assert!(found == *before || found == assets, "a mixture: {found:?}");
                assert!(started.elapsed().as_secs() < 10, "Envoy does not take up the new routes");
            }
        }
        assert!(assets.iter().all(|(name, _)| name != "vary" && name != "access-control-allow-credentials"));
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
        let envoy = Envoy::start(directory.path(), &sample, None, "native", upstream.address);
        let mut client = Client::new(envoy.address);
        let preflight =
            "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n";
        let answer = client.send(preflight.as_bytes()).unwrap();
        assert_eq!(answer.headers.all("access-control-allow-methods").collect::<Vec<_>>(), [method]);
        assert_eq!(answer.headers.all("access-control-allow-headers").collect::<Vec<_>>(), [header]);
    }
}

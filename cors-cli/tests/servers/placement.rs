//! What stands around the policies in a real Envoy: routes that never reach an upstream, access control
//! behind the filters, policies on several levels, hostile values.

use cors_compiler::reference::{Headers, Request, Response, respond};
use serde_yaml::Value;

use crate::assembled::{allowed, compiled, get, manager, mapping, sample, serve, yaml};
use crate::client::Client;
use crate::compare::Exchange;
use crate::corpus::for_policy;
use crate::many::many;
use crate::upstream::{DEAD, Upstream};

const ALLOWED: &str = "https://app.example.com";
const PROFILES: [(&str, u16); 2] = [("native", 200), ("exact", 204)];

/// A connection manager with one virtual host that has these routes.
fn routed(snippet: &Value, routes: Vec<Value>) -> Value {
    let mut manager = manager(snippet, "route_config: {virtual_hosts: [{name: all, domains: ['*'], routes: []}]}");
    manager["route_config"]["virtual_hosts"][0]["routes"] = Value::Sequence(routes);
    manager
}

/// A route with what the snippet says of a policy.
fn route(snippet: &Value, policy: &str, route: &str) -> Value {
    let mut route = yaml(route);
    mapping(&mut route).extend(snippet["policies"][policy].as_mapping().unwrap().clone());
    route
}

const DIRECT: &str = "{match: {path: /direct}, direct_response: {status: 200, body: {inline_string: here}}}";
const MOVED: &str = "{match: {path: /moved}, redirect: {path_redirect: /elsewhere}}";

#[test]
fn the_exact_profile_answers_for_routes_without_an_upstream() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let spa = sample("spa.yaml");
    let policy = &spa.file.policies[0];
    let snippet = compiled(directory.path(), &spa, &["--profile", "exact"]);
    let routes = [DIRECT, MOVED].map(|text| route(&snippet, "spa", text)).to_vec();
    let envoy = serve(directory.path(), routed(&snippet, routes), upstream.address);
    let mut client = Client::new(envoy.address);
    let mut compared = 0;
    for (path, status) in [("/direct", 200), ("/moved", 301)] {
        for case in for_policy(policy, path).iter().filter(|case| case.upstream != DEAD) {
            let expected =
                respond(policy, &case.request(), |_: &Request| Response { status, headers: Headers::default() });
            let real = client.send(&case.wire()).unwrap();
            let exchange = Exchange { case, policy: Some(policy), expected, real, forwarded: (0, upstream.requests()) };
            assert!(exchange.differences().is_empty(), "{:?}\n{exchange}", exchange.differences());
            compared += 1;
        }
    }
    println!("routes without an upstream: {compared} requests compared, 0 differences");
    assert!(compared > 600);
}

#[test]
fn the_native_profile_does_not_see_routes_without_an_upstream() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let snippet = compiled(directory.path(), &sample("spa.yaml"), &[]);
    let routes = [DIRECT, MOVED].map(|text| route(&snippet, "spa", text)).to_vec();
    let envoy = serve(directory.path(), routed(&snippet, routes), upstream.address);
    let mut client = Client::new(envoy.address);
    for path in ["/direct", "/moved"] {
        let answer = get(&mut client, path, ALLOWED);
        assert!(allowed(&answer).is_empty(), "stale: {answer:?}");
        assert_eq!(answer.headers.all("vary").collect::<Vec<_>>(), ["Origin"], "{answer:?}");
    }
}

#[test]
fn preflights_are_answered_before_access_control_and_its_refusals_can_be_read() {
    for (profile, status) in PROFILES {
        let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
        let snippet = compiled(directory.path(), &sample("spa.yaml"), &["--profile", profile]);
        let everything = route(&snippet, "spa", "{match: {prefix: /}, route: {cluster: upstream}}");
        let mut manager = routed(&snippet, vec![everything]);
        let filters = manager["http_filters"].as_sequence_mut().unwrap();
        let deny =
            "{name: rbac, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC,
            rules: {action: DENY, policies: {all: {permissions: [{any: true}], principals: [{any: true}]}}}}}";
        filters.insert(filters.len() - 1, yaml(deny));
        let envoy = serve(directory.path(), manager, upstream.address);
        let mut client = Client::new(envoy.address);
        let preflight =
            format!("OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: {ALLOWED}\r\nAccess-Control-Request-Method: PUT\r\n\r\n");
        let answer = client.send(preflight.as_bytes()).unwrap();
        assert_eq!((answer.status, allowed(&answer)), (status, vec![ALLOWED.to_owned()]), "{profile}");
        let denied = get(&mut client, "/", ALLOWED);
        assert_eq!((denied.status, allowed(&denied)), (403, vec![ALLOWED.to_owned()]), "{profile}");
        assert_eq!(denied.headers.all("vary").collect::<Vec<_>>(), ["Origin"], "{profile}");
        assert!(allowed(&get(&mut client, "/", "https://evil.test")).is_empty(), "{profile}");
        assert_eq!(upstream.requests(), 0, "{profile}");
    }
}

/// The reason to use one level: Envoy's CORS filter merges field by field, and cannot tell empty from unset.
#[test]
fn a_route_s_policy_inherits_lists_in_the_native_profile_only() {
    for (profile, inherited) in [("native", &["DELETE, PATCH, PUT"][..]), ("exact", &[])] {
        let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
        let snippet = compiled(directory.path(), &sample("shop.yaml"), &["--profile", profile]);
        let inner = route(&snippet, "catalogue", "{match: {prefix: /}, route: {cluster: upstream}}");
        let mut manager = routed(&snippet, vec![inner]);
        let host = &mut manager["route_config"]["virtual_hosts"][0];
        mapping(host).extend(snippet["policies"]["storefront"].as_mapping().unwrap().clone());
        let envoy = serve(directory.path(), manager, upstream.address);
        let preflight = "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n";
        let answer = Client::new(envoy.address).send(preflight.as_bytes()).unwrap();
        assert_eq!(answer.headers.all("access-control-allow-methods").collect::<Vec<_>>(), inherited, "{profile}");
    }
}

/// What an operator must look for: Envoy says nothing.
#[test]
fn without_the_filters_a_policy_is_valid_and_has_no_effect() {
    for (profile, _) in PROFILES {
        let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
        let snippet = compiled(directory.path(), &sample("spa.yaml"), &["--profile", profile]);
        let everything = route(&snippet, "spa", "{match: {prefix: /}, route: {cluster: upstream}}");
        let mut manager = routed(&snippet, vec![everything]);
        let filters = manager["http_filters"].as_sequence_mut().unwrap();
        filters.drain(..filters.len() - 1);
        let envoy = serve(directory.path(), manager, upstream.address);
        assert!(allowed(&get(&mut Client::new(envoy.address), "/", ALLOWED)).is_empty(), "{profile}");
    }
}

/// A filter behind ours rewrites the path, and with it the policy.
#[test]
fn what_another_policy_decided_counts_for_nothing() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let snippet = compiled(directory.path(), &sample("shop.yaml"), &["--profile", "exact"]);
    let storefront = route(&snippet, "storefront", "{match: {prefix: /storefront}, route: {cluster: upstream}}");
    let catalogue = route(&snippet, "catalogue", "{match: {prefix: /catalogue}, route: {cluster: upstream}}");
    let mut manager = routed(&snippet, vec![storefront, catalogue]);
    let rewrite =
        "{name: rewrite, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua,
        default_source_code: {inline_string: 'function envoy_on_request(h)
          local path = h:headers():get(\":path\"):match(\"moved(.*)\")
          if path then h:headers():replace(\":path\", path) h:clearRouteCache() end
        end'}}}";
    let filters = manager["http_filters"].as_sequence_mut().unwrap();
    filters.insert(filters.len() - 1, yaml(rewrite));
    let envoy = serve(directory.path(), manager, upstream.address);
    let mut client = Client::new(envoy.address);
    let shop = "https://shop.example";
    for (path, expected) in [
        ("/storefront", &[shop][..]),
        ("/storefront/moved/storefront", &[shop]),
        ("/storefront/moved/catalogue", &[]),
        ("/catalogue/moved/storefront", &[]),
    ] {
        let answer = get(&mut client, path, shop);
        assert_eq!(
            (answer.status, allowed(&answer)),
            (200, expected.iter().map(ToString::to_string).collect()),
            "{path}"
        );
    }
}

#[test]
fn hostile_origins_are_refused_by_scripts() {
    let scratch = tempfile::tempdir().unwrap();
    let every = many(scratch.path()).pop().unwrap();
    for (profile, _) in PROFILES {
        let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
        let host = compiled(directory.path(), &every, &["--profile", profile, "--shape", "virtual-host"]);
        let snippet = compiled(directory.path(), &every, &["--profile", profile]);
        let mut manager = manager(&snippet, "route_config: {virtual_hosts: []}");
        manager["route_config"]["virtual_hosts"].as_sequence_mut().unwrap().push(host);
        let envoy = serve(directory.path(), manager, upstream.address);
        let inside = |label: &[u8]| [b"https://", label, b".site-1.example"].concat();
        for (origin, status) in [
            (inside(b"a"), 200),
            (inside(b"a\0"), 400),
            // Envoy drops a lone CR before any filter sees the value.
            (inside(b"a\r"), 200),
            (inside(b"a\tb"), 200),
            (inside(b"\xe9"), 200),
            (inside(b"\xff\xfe"), 200),
            (inside(b"A"), 200),
            (inside(b"%61"), 200),
            (inside(&b"a".repeat(50_000)), 200),
            (b"https://pr-".iter().copied().chain(b"-a".repeat(25_000)).collect(), 200),
        ] {
            let request = [b"GET / HTTP/1.1\r\nHost: a\r\nOrigin: ", &origin[..], b"\r\n\r\n"].concat();
            let answer = Client::new(envoy.address).send(&request).unwrap();
            let shown = origin[..origin.len().min(60)].escape_ascii();
            assert_eq!(answer.status, status, "{profile}: {shown}");
            assert_eq!(
                allowed(&answer).len(),
                usize::from(origin == inside(b"a") || origin == inside(b"a\r")),
                "{profile}: {shown}"
            );
        }
    }
}

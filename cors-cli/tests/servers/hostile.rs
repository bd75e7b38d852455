//! Requests that nobody sends in earnest: fields of 64 KB and of 1 MB, 10,000 names, 10,000 fields. A server
//! refuses them without a word of CORS, or answers as the reference does; it stays as large as it was.

use std::fmt::Write as _;
use std::net::SocketAddr;

use cors_compiler::reference::{Headers, Request, respond};

use crate::allowed::Target;
use crate::assembled::{self, manager, mapping, serve};
use crate::client::{Client, is_unanswered};
use crate::envoy::Envoy;
use crate::nginx::{self, Nginx};
use crate::process::free_address;
use crate::soak::{hyper_example, spa};
use crate::upstream::{Upstream, answer};
use crate::usage::Growth;

/// An origin that the policy lists, and one that it does not.
const ORIGINS: [&str; 2] = ["https://app.example.com", "https://refused.test"];

/// How often everything is sent.
const ROUNDS: usize = 6;

/// What a server may grow by, in KiB, when all of that is sent again: a few of the largest requests.
const MEMORY: usize = 24 * 1024;

/// The fields of a request, beside those of the method.
type Fields = Vec<(String, String)>;

fn fields() -> Vec<Fields> {
    let field = |name: &str, value: String| (name.to_owned(), value);
    let names: Vec<String> = (0..10_000).map(|number| format!("x-{number}")).collect();
    let mut hostile = Vec::new();
    for size in [64_000, 1_000_000] {
        for value in ["a".repeat(size), ",".repeat(size), "x-a,".repeat(size / 4), format!("x{}x", " ".repeat(size))] {
            hostile.push(vec![field("Access-Control-Request-Headers", value)]);
        }
        hostile.push(vec![field("Access-Control-Request-Method", "A".repeat(size))]);
        hostile.push(vec![field("Origin", format!("https://{}.example.com", "a".repeat(size)))]);
        hostile.push(vec![field("X-Padding", "p".repeat(size))]);
    }
    hostile.push(vec![field("Access-Control-Request-Headers", names.join(","))]);
    hostile.push(names.iter().map(|name| field("Access-Control-Request-Headers", name.clone())).collect());
    hostile.push(names.iter().map(|name| field(name, "1".to_owned())).collect());
    hostile.push((0..1_000).map(|_| field("Origin", ORIGINS[0].to_owned())).collect());
    hostile.push((0..50).map(|_| field("Access-Control-Request-Method", "PUT".to_owned())).collect());
    hostile
}

/// (the request as the reference has it, the same as it is sent): actual requests and preflights.
fn requests() -> Vec<(Request, Vec<u8>)> {
    let mut requests = Vec::new();
    for fields in fields() {
        for origin in ORIGINS {
            for method in ["GET", "OPTIONS"] {
                let mut all = vec![("Origin".to_owned(), origin.to_owned())];
                if method == "OPTIONS" {
                    all.push(("Access-Control-Request-Method".to_owned(), "PUT".to_owned()));
                }
                all.extend(fields.iter().cloned());
                let mut wire = format!("{method} /x HTTP/1.1\r\nHost: server.test\r\n");
                all.iter().for_each(|(name, value)| write!(wire, "{name}: {value}\r\n").unwrap());
                wire.push_str("\r\n");
                let request = Request { method: method.to_owned(), path: "/x".to_owned(), headers: Headers(all) };
                requests.push((request, wire.into_bytes()));
            }
        }
    }
    requests
}

/// What an answer says to a browser: the fields of CORS.
fn cors(headers: &Headers) -> Vec<(String, &str)> {
    let mut fields: Vec<_> =
        headers.0.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())).collect();
    fields.retain(|(name, _)| name.starts_with("access-control-"));
    fields.sort();
    fields
}

fn ask(name: &str, target: Target, id: u32, address: SocketAddr, passed_on: &str) {
    let (sample, requests) = (spa(), requests());
    let policy = &sample.file.policies[0];
    let (mut refused, mut closed, mut answered) = (0, 0, 0);
    let mut growth = Growth::of(id);
    for _ in 0..ROUNDS {
        for (request, wire) in &requests {
            let expected = respond(policy, request, |_: &_| answer(passed_on));
            let what = || format!("{name}: {}", wire[..wire.len().min(200)].escape_ascii());
            match Client::new(address).send(wire) {
                Ok(real) if (400..=499).contains(&real.status) && real.status != 403 => {
                    assert!(cors(&real.headers).is_empty(), "{}: {real:?}", what());
                    refused += 1;
                }
                Ok(real) => {
                    // Envoy's own filter, and an nginx that reads the first of several fields, differ as documented.
                    let mut found = cors(&real.headers);
                    if target == Target::Envoy && request.method == "OPTIONS" {
                        found.retain(|(name, _)| name != "access-control-expose-headers");
                        // Without this field the others say nothing to a browser.
                        if !found.iter().any(|(name, _)| name == "access-control-allow-origin") {
                            found.clear();
                        }
                    }
                    let differs = found != cors(&expected.headers);
                    let several = request.headers.all("origin").count() > 1;
                    let documented = matches!(target, Target::NginxBefore1_23 | Target::Envoy) && several;
                    assert!(!differs || documented, "{}: {real:?} and not {expected:?}", what());
                    answered += 1;
                }
                Err(error) => {
                    assert!(is_unanswered(&error), "{}: {error}", what());
                    closed += 1;
                }
            }
        }
        growth.look();
    }
    println!("{name}: {answered} hostile requests answered, {refused} refused, {closed} connections closed");
    growth.finish(name, MEMORY, 8);
    let usual = format!("GET / HTTP/1.1\r\nHost: a\r\nOrigin: {}\r\n\r\n", ORIGINS[0]);
    let real = Client::new(address).send(usual.as_bytes()).unwrap();
    assert_eq!(real.headers.all("access-control-allow-origin").collect::<Vec<_>>(), [ORIGINS[0]], "{name}");
}

#[test]
fn nginx_stands_hostile_requests() {
    let (directory, upstream, sample) = (tempfile::tempdir().unwrap(), Upstream::start(), spa());
    let directory = directory.path();
    sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory]);
    let address = free_address();
    let buffers = "client_header_buffer_size 4m; large_client_header_buffers 4 4m;";
    let location = "location / { include cors_policy_spa.conf; proxy_pass http://$backend; }";
    let server = format!("server {{ listen {address}; {buffers} {location} }}\n");
    let nginx = Nginx::serve(directory, &nginx::wrapper(upstream.address, &server), vec![address]);
    ask("nginx", nginx::target(), nginx.id(), address, "none");
}

#[test]
fn envoy_stands_hostile_requests() {
    for (profile, target) in [("native", Target::Envoy), ("exact", Target::EnvoyExact)] {
        let (directory, upstream, sample) = (tempfile::tempdir().unwrap(), Upstream::start(), spa());
        let envoy: Envoy = {
            let directory = directory.path();
            let host = assembled::compiled(directory, &sample, &["--profile", profile, "--shape", "virtual-host"]);
            let snippet = assembled::compiled(directory, &sample, &["--profile", profile]);
            let mut manager = manager(&snippet, "{max_request_headers_kb: 4096, route_config: {virtual_hosts: []}}");
            mapping(&mut manager["route_config"]).insert("virtual_hosts".into(), vec![host].into());
            serve(directory, manager, upstream.address)
        };
        ask(&format!("Envoy {profile}"), target, envoy.id(), envoy.address, "none");
    }
}

#[test]
fn the_hyper_example_stands_hostile_requests() {
    let directory = tempfile::tempdir().unwrap();
    let (address, process) = hyper_example(directory.path());
    ask("hyper", Target::Hyper, process.id(), address, "none");
}

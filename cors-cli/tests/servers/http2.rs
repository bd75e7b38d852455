//! HTTP/2 without TLS, from its first byte on ("prior knowledge"): the same answers.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use cors_compiler::reference::{Headers, Response};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::header::HeaderValue;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::runtime::{Builder, Runtime};

use crate::allowed::Target;
use crate::assembled::sample;
use crate::compiled;
use crate::corpus::Case;
use crate::envoy::Envoy;
use crate::hyper_service;
use crate::nginx::{self, Nginx};
use crate::policies::Sample;
use crate::process::free_address;
use crate::subject::{Subject, Tally};
use crate::upstream::{CHOICE, DEAD, DEAD_ADDRESS, Upstream};

/// One with credentials; one with every form of pattern.
const SAMPLES: [&str; 2] = ["spa.yaml", "partners.yaml"];

/// How many requests each policy is asked at least.
const LEAST: usize = 500;

/// One connection.
struct Client {
    runtime: Runtime,
    sender: SendRequest<Empty<Bytes>>,
}

impl Client {
    fn new(address: SocketAddr) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let sender = runtime.block_on(async {
            let stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            sender
        });
        Self { runtime, sender }
    }

    fn send(&mut self, case: &Case) -> io::Result<Response> {
        let mut request = hyper::Request::builder()
            .method(case.kind.method)
            .uri(format!("http://server.test{}", case.target))
            .header(CHOICE, case.upstream);
        for origin in &case.origins {
            request = request.header("origin", value(origin));
        }
        for (name, asked) in &case.kind.asks {
            request = request.header(format!("access-control-request-{name}"), value(asked));
        }
        let answer = self.sender.send_request(request.body(Empty::new()).unwrap());
        let whole = async {
            let (head, body) = answer.await?.into_parts();
            body.collect().await.map(|_| head)
        };
        let limited = async { tokio::time::timeout(Duration::from_secs(5), whole).await };
        let head = self.runtime.block_on(limited)?.map_err(io::Error::other)?;
        let mut headers = Headers::default();
        for (name, value) in &head.headers {
            headers.push(name.as_str(), &value.as_bytes().iter().copied().map(char::from).collect::<String>());
        }
        Ok(Response { status: head.status.as_u16(), headers })
    }
}

/// Latin-1, as on the wire of HTTP/1.1.
fn value(text: &str) -> HeaderValue {
    let bytes: Vec<u8> = text.chars().map(|character| u8::try_from(character).unwrap()).collect();
    HeaderValue::from_bytes(&bytes).unwrap()
}

/// Whether it can be said in HTTP/2, which has no whitespace around values.
fn is_plain(case: &Case) -> bool {
    case.origins.iter().all(|origin| !origin.starts_with([' ', '\t']) && !origin.ends_with([' ', '\t']))
}

/// Compares what the servers that `start` starts answer; they live as long as what it returns beside their
/// addresses: those in front of the upstream and of the dead one.
fn compare<Kept>(target: Target, start: impl Fn(&Sample, SocketAddr) -> ([SocketAddr; 2], Kept)) {
    let upstream = Upstream::start();
    let mut tally = Tally::new(target, &upstream);
    for name in SAMPLES {
        let sample = &sample(name);
        let ([live, dead], _kept) = start(sample, upstream.address);
        let subject = Subject { sample, policy: Some(&sample.file.policies[0]), live, dead };
        let (mut live, mut dead) = (Client::new(live), Client::new(dead));
        let cases: Vec<Case> = subject.cases().into_iter().filter(is_plain).step_by(3).collect();
        let preflights = cases.iter().filter(|case| case.is_preflight()).count();
        assert!(cases.iter().any(|case| case.origins.len() > 1) && preflights >= LEAST / 3, "{preflights}");
        tally.compare_by(&subject, &cases, |case| if case.upstream == DEAD { &mut dead } else { &mut live }.send(case));
    }
    tally.report(" over HTTP/2", SAMPLES.len(), LEAST);
}

#[test]
fn nginx_answers_the_same_over_http2() {
    compare(nginx::target(), |sample, upstream| {
        let directory = tempfile::tempdir().unwrap();
        sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory.path()]);
        let (address, name) = (free_address(), &sample.file.policies[0].name.value);
        let listen = match nginx::version() {
            // More requests than a connection has by default.
            (1, ..=24) => format!("listen {address} http2; keepalive_requests 100000;"),
            _ => format!("listen {address}; http2 on; keepalive_requests 100000;"),
        };
        let location = format!("location / {{ include cors_policy_{name}.conf; proxy_pass http://$backend; }}");
        let configuration = nginx::wrapper(upstream, &format!("server {{ {listen} {location} }}\n"));
        let nginx = Nginx::serve(directory.path(), &configuration, vec![address]);
        ([address; 2], (nginx, directory))
    });
}

#[test]
fn envoy_answers_the_same_over_http2() {
    for (profile, target) in [("native", Target::Envoy), ("exact", Target::EnvoyExact)] {
        compare(target, |sample, upstream| {
            let directory = tempfile::tempdir().unwrap();
            let start = |upstream| Envoy::start(directory.path(), sample, None, profile, upstream);
            let servers = [start(upstream), start(DEAD_ADDRESS)];
            (servers.each_ref().map(|envoy| envoy.address), (servers, directory))
        });
    }
}

#[test]
fn hyper_answers_the_same_over_http2() {
    compare(Target::Hyper, |sample, upstream| {
        let layer = compiled::layer(&sample.name, Some(&sample.file.policies[0].name.value));
        ([hyper_service::start(layer, upstream); 2], ())
    });
}

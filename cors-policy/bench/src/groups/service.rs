//! End to end: an axum router behind hyper's HTTP/1.1, on one thread, over a connection in memory.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use cors_policy::tower::CorsLayer;
use http::{HeaderValue, Method, Request, Response};
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::service::TowerToHyperService;
use tower::layer::util::Identity;
use tower::{Layer, Service, ServiceExt as _};
use tower_http::cors::AllowOrigin;

use super::decision::PREFLIGHT_HEADERS;
use super::tower::{list, peer, request};
use super::{Boxed, case, counted};
use crate::measure::{Case, Contender, Group};
use crate::{origins, policies};

pub(super) fn inside(title: &'static str) -> Group {
    let columns = vec!["layer that does nothing", "cors-policy", "tower-http list", "tower-http predicate"];
    let cases = [1, 100, 1_000, 10_000].into_iter().flat_map(|count| {
        let keys = origins::exact(count);
        let policy = policies::named(&format!("exact-{count}"));
        requests(&keys, count).map(move |(what, allowed, request)| {
            let contenders = vec![
                serve(router().layer(Nothing), &request),
                serve(router().layer(CorsLayer::new(policy)), &request),
                serve(router().layer(peer(list(&keys))), &request),
                serve(router().layer(peer(predicate(&keys))), &request),
            ];
            case(format!("{}, {what}", counted(count, "origin")), allowed, contenders)
        })
    });
    Group { title, columns, whole: false, cases: cases.collect() }
}

pub(super) fn outside(title: &'static str) -> Group {
    let keys = origins::exact(1);
    let cases: Vec<Case> = requests(&keys, 1)
        .map(|(what, allowed, request)| {
            let contenders = vec![
                serve(Identity::new().layer(router()), &request),
                serve(CorsLayer::new(policies::named("exact-1")).layer(router()), &request),
                serve(peer(list(&keys)).layer(router()), &request),
            ];
            case(format!("1 origin, {what}"), allowed, contenders)
        })
        .collect();
    Group { title, columns: vec!["no layer", "cors-policy", "tower-http list"], whole: false, cases }
}

fn requests(keys: &[String], count: usize) -> impl Iterator<Item = (&'static str, bool, Request<()>)> + use<> {
    let some = keys[count / 2].clone();
    let names = PREFLIGHT_HEADERS[1..6].join(",");
    [
        ("no `Origin`", false, request(Method::GET, None, None)),
        ("allowed", true, request(Method::GET, Some(&some), None)),
        ("preflight", true, request(Method::OPTIONS, Some(&some), Some(&names))),
    ]
    .into_iter()
}

/// As `axum::serve` has it.
fn router() -> Router {
    Router::new().route("/", get(|| async { "three apples\n" })).with_state(())
}

fn predicate(keys: &[String]) -> AllowOrigin {
    let set: std::collections::HashSet<HeaderValue> =
        keys.iter().filter_map(|key| HeaderValue::from_str(key).ok()).collect();
    AllowOrigin::predicate(move |origin, _| set.contains(origin))
}

/// A layer that does nothing: axum boxes every layer's service, which has a price of its own.
#[derive(Clone)]
struct Nothing;

impl<S> Layer<S> for Nothing {
    type Service = Nothings<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Nothings(inner)
    }
}

#[derive(Clone)]
struct Nothings<S>(S);

impl<S: Service<R>, R> Service<R> for Nothings<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        self.0.call(request)
    }
}

fn serve<S>(service: S, request: &Request<()>) -> Boxed
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + 'static,
    S::Future: 'static,
{
    let wire = Rc::new(RefCell::new(Wire { request: text(request), ..Wire::default() }));
    let service = TowerToHyperService::new(service.map_request(|request: Request<Incoming>| request.map(Body::new)));
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(End(Rc::clone(&wire)), service);
    Some(Box::new(Connection { wire, connection: Box::pin(connection) }))
}

/// The request as it comes over the wire.
fn text(request: &Request<()>) -> Bytes {
    let mut text = format!("{} / HTTP/1.1\r\n", request.method()).into_bytes();
    for (name, value) in request.headers() {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    text.into()
}

/// A connection that stays open, and what goes over it.
struct Connection<F> {
    wire: Rc<RefCell<Wire>>,
    connection: Pin<Box<F>>,
}

#[derive(Default)]
struct Wire {
    request: Bytes,
    /// How many requests are still to come.
    left: usize,
    /// The server has read all of them and waits.
    idle: bool,
    answer: Vec<u8>,
}

impl<F: Future<Output = hyper::Result<()>>> Contender for Connection<F> {
    fn prepare(&mut self, count: usize) {
        let mut wire = self.wire.borrow_mut();
        (wire.left, wire.idle) = (count, false);
    }

    fn run(&mut self) {
        while !self.wire.borrow().idle {
            let ready = self.connection.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(ready.is_pending(), "the connection stays open: {ready:?}");
        }
    }

    fn allowed(&mut self) -> bool {
        self.prepare(1);
        self.run();
        let answer = String::from_utf8_lossy(&self.wire.borrow().answer).into_owned();
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        answer.contains("access-control-allow-origin: ")
    }
}

/// The server's end of the connection. The client sends one request at a time.
struct End(Rc<RefCell<Wire>>);

impl Read for End {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        let mut wire = self.0.borrow_mut();
        if wire.left == 0 {
            wire.idle = true;
            return Poll::Pending;
        }
        wire.left -= 1;
        buffer.put_slice(&wire.request);
        Poll::Ready(Ok(()))
    }
}

impl Write for End {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let mut wire = self.0.borrow_mut();
        wire.answer.clear();
        wire.answer.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

//! End to end: an axum router behind hyper's HTTP/1.1, on one thread, over a connection in memory.

use std::task::{Context, Poll};

use axum::Router;
use axum::routing::get;
use cors_policy::tower::CorsLayer;
use http::{HeaderValue, Method, Request};
use tower::layer::util::Identity;
use tower::{Layer, Service};
use tower_http::cors::AllowOrigin;

use super::connection::serve;
use super::peers::PREFLIGHT_HEADERS;
use super::tower::{list, peer, request};
use super::{case, counted};
use crate::measure::{Case, Group};
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

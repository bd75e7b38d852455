//! A client and an application, with the layer between them.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use cors_policy::Policy;
use cors_policy::tower::CorsLayer;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, ServiceExt};

pub(crate) type Fields<'a> = &'a [(&'static str, &'a str)];

pub(crate) const SHOP: &str = "https://www.shop.example";
pub(crate) const EVIL: &str = "https://evil.test";

/// An application that answers every request alike.
#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) status: u16,
    pub(crate) headers: Fields<'static>,
}

impl Service<Request<&'static str>> for Upstream {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<&'static str>) -> Self::Future {
        let response = Response::builder().status(self.status);
        let response = self.headers.iter().fold(response, |response, (name, value)| response.header(*name, *value));
        ready(Ok(response.body(Full::from("from upstream")).expect("the test's headers are valid")))
    }
}

pub(crate) const PLAIN: Upstream = Upstream { status: 200, headers: &[("content-type", "text/plain")] };

pub(crate) fn request(method: &str, path: &str, headers: Fields<'_>) -> Request<&'static str> {
    let request = Request::builder().method(method).uri(path);
    headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value))
        .body("")
        .expect("the test's headers are valid")
}

pub(crate) fn preflight(path: &str, origin: &str) -> Request<&'static str> {
    request("OPTIONS", path, &[("origin", origin), ("access-control-request-method", "PUT"), ("cookie", "a=b")])
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(crate) fn assert(&self, status: u16, headers: Fields<'_>) {
        assert_eq!(self.status, status);
        let mut expected: Vec<_> = headers.to_vec();
        let mut found: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("all are ASCII"))).collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}

pub(crate) async fn ask<S>(layer: CorsLayer, upstream: S, request: Request<&'static str>) -> Answer
where
    S: Service<Request<&'static str>, Response = Response<Full<Bytes>>, Error = Infallible>,
{
    let Ok(response) = layer.layer(upstream).oneshot(request).await;
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await;
    Answer { status: parts.status, headers: parts.headers, body: body.to_bytes() }
}

pub(crate) async fn get(policy: &'static Policy, upstream: Upstream, headers: Fields<'_>) -> Answer {
    ask(CorsLayer::new(policy), upstream, request("GET", "/", headers)).await
}

/// An inner service that must not be called.
pub(crate) fn never_called()
-> impl Service<Request<&'static str>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone {
    tower::service_fn(async |_: Request<&'static str>| -> Result<Response<Full<Bytes>>, Infallible> {
        unreachable!("a preflight was passed on")
    })
}

//! What the tower layer answers, in the terms of the reference.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use cors_compiler::reference;
use cors_policy::Policy;
use cors_policy::tower::CorsLayer;
use http::{HeaderValue, Request, Response};
use tower::{Layer, Service, service_fn};

/// The answer to a request around a service that answers as `upstream`; `None` if a value of the request
/// cannot stand in a header.
pub(super) fn answer(
    policy: &'static Policy,
    request: &reference::Request,
    upstream: &reference::Response,
) -> Option<reference::Response> {
    let mut asked = Request::builder().method(request.method.as_str()).uri(&request.path);
    for (name, value) in &request.headers.0 {
        asked = asked.header(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
    }
    let mut response = Response::builder().status(upstream.status);
    for (name, value) in &upstream.headers.0 {
        response = response.header(name, value);
    }
    let response = response.body(()).unwrap();
    let mut service = CorsLayer::new(policy).layer(service_fn(|_| ready(Ok::<_, Infallible>(response.clone()))));
    let answered = pin!(service.call(asked.body(()).unwrap()));
    let Poll::Ready(Ok(answered)) = answered.poll(&mut Context::from_waker(Waker::noop())) else {
        unreachable!("the service is ready at once")
    };
    let mut headers = reference::Headers::default();
    for (name, value) in answered.headers() {
        headers.push(name.as_str(), std::str::from_utf8(value.as_bytes()).unwrap());
    }
    Some(reference::Response { status: answered.status().as_u16(), headers })
}

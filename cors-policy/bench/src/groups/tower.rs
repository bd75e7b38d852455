//! A tower service behind a layer, without a server.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use cors_policy::tower::CorsLayer;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_TYPE,
    HeaderName, HeaderValue, ORIGIN, VARY,
};
use http::{Method, Request, Response};
use tower::{Layer, Service};
use tower_http::cors as peer;

use super::peers::PREFLIGHT_HEADERS;
use super::{Boxed, calls, case, counted};
use crate::measure::Group;
use crate::{origins, policies};

/// What answers behind the layer.
#[derive(Clone)]
struct Upstream;

impl<B> Service<Request<B>> for Upstream {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        let mut response = Response::new(());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        ready(Ok(response))
    }
}

/// What no layer can do without: it looks for `Origin`, compares it with one text, and writes the headers of
/// that policy into the response, which it knows to have none and to be ready.
#[derive(Clone)]
struct ByHand(String);

impl<B> Service<Request<B>> for ByHand {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let origin = request.headers().get(ORIGIN).filter(|origin| origin.as_bytes() == self.0.as_bytes()).cloned();
        let mut response = Upstream.call(request).into_inner();
        if let Ok(response) = &mut response {
            let headers = response.headers_mut();
            if let Some(origin) = origin {
                headers.append(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                headers.append(ACCESS_CONTROL_ALLOW_CREDENTIALS, const { HeaderValue::from_static("true") });
                headers.append(ACCESS_CONTROL_EXPOSE_HEADERS, const { HeaderValue::from_static("x-request-id") });
            }
            headers.append(VARY, const { HeaderValue::from_static("Origin") });
        }
        ready(response)
    }
}

pub(super) fn added(title: &'static str) -> Group {
    let columns = vec!["no layer", "cors-policy", "by hand", "tower-http"];
    let mut cases = Vec::new();
    for count in [1, 100, 10_000] {
        let keys = origins::exact(count);
        let some = keys[count / 2].clone();
        let refused = origins::other(&some);
        let policy = policies::named(&format!("exact-{count}"));
        for (what, allowed, origin) in
            [("no `Origin`", false, None), ("allowed", true, Some(some)), ("refused", false, Some(refused))]
        {
            let request = request(Method::GET, origin.as_deref(), None);
            let contenders = vec![
                answers(Upstream, request.clone()),
                answers(CorsLayer::new(policy).layer(Upstream), request.clone()),
                answers(ByHand(keys[count / 2].clone()), request.clone()),
                answers(peer(list(&keys)).layer(Upstream), request),
            ];
            cases.push(case(format!("{}, {what}", counted(count, "origin")), allowed, contenders));
        }
    }
    let long = request(Method::GET, Some(&format!("https://{}.example", "a".repeat(1 << 20))), None);
    let contenders = vec![
        answers(Upstream, long.clone()),
        answers(CorsLayer::new(policies::named("exact-1")).layer(Upstream), long.clone()),
        answers(ByHand(origins::exact(1).remove(0)), long.clone()),
        answers(peer(list(&origins::exact(1))).layer(Upstream), long),
    ];
    cases.push(case("1 origin, 1 MB `Origin`", false, contenders));
    Group { title, columns, whole: false, cases }
}

pub(super) fn preflight(title: &'static str) -> Group {
    let few = PREFLIGHT_HEADERS[1..6].join(",");
    let many = (0..1_000).map(|index| format!("x-{index:03}")).collect::<Vec<_>>().join(",");
    let cases = [
        (1, true, "5 header names", &few),
        (100, true, "5 header names", &few),
        (100, true, "1,000 header names", &many),
        (100, false, "refused", &few),
    ];
    let cases = cases.map(|(count, allowed, what, names)| {
        let keys = origins::exact(count);
        let some = &keys[count / 2];
        let origin = if allowed { some.clone() } else { origins::other(some) };
        let request = request(Method::OPTIONS, Some(&origin), Some(names));
        let policy = policies::named(&format!("exact-{count}"));
        let contenders = vec![
            answers(CorsLayer::new(policy).layer(Upstream), request.clone()),
            answers(peer(list(&keys)).layer(Upstream), request),
        ];
        case(format!("{}, {what}", counted(count, "origin")), allowed, contenders)
    });
    Group { title, columns: vec!["cors-policy", "tower-http"], whole: true, cases: cases.into() }
}

/// `CorsLayer` of tower-http, configured like the policies.
pub(super) fn peer(origins: peer::AllowOrigin) -> peer::CorsLayer {
    peer::CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(PREFLIGHT_HEADERS.map(HeaderName::from_static))
        .expose_headers([HeaderName::from_static("x-request-id")])
        .allow_credentials(true)
        .max_age(std::time::Duration::from_secs(7200))
}

/// One origin, too, as a list: `AllowOrigin::exact` answers it without looking at the request.
pub(super) fn list(origins: &[String]) -> peer::AllowOrigin {
    peer::AllowOrigin::list(origins.iter().map(|origin| value(origin)))
}

/// A value that shares its bytes with a buffer, as a server's do.
fn value(text: &str) -> HeaderValue {
    let buffer = Bytes::copy_from_slice(text.as_bytes());
    HeaderValue::from_maybe_shared(buffer.clone())
        .unwrap_or_else(|error| unreachable!("{text:.40} is a header value: {error}"))
}

/// A browser's request. With header names it is a preflight.
pub(super) fn request(method: Method, origin: Option<&str>, names: Option<&str>) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = method;
    let fields = [
        ("host", Some("api.shop.example")),
        ("user-agent", Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")),
        ("accept", Some("*/*")),
        ("access-control-request-method", names.map(|_| "PUT")),
        ("access-control-request-headers", names),
    ];
    let headers = request.headers_mut();
    for (name, text) in fields {
        if let Some(text) = text {
            headers.insert(name, value(text));
        }
    }
    if let Some(origin) = origin {
        headers.insert(ORIGIN, value(origin));
    }
    request
}

/// Polls the response of `service` once: everything here is ready at once.
fn answer<S>(service: &mut S, request: Request<()>) -> Response<()>
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible>,
{
    let mut response = pin!(service.call(request));
    match response.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

fn answers<S>(mut service: S, request: Request<()>) -> Boxed
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible> + 'static,
{
    let allows = |response: &Response<()>| response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN);
    calls(move || request.clone(), move |request| answer(&mut service, request), allows)
}

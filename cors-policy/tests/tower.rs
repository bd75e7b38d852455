//! The tower layer, driven as a server would drive it.

mod common;

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use common::{ASSETS, ROUTES, STOREFRONT};
use cors_policy::Policy;
use cors_policy::tower::{CorsLayer, CorsService};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, ServiceExt};

type Fields<'a> = &'a [(&'static str, &'a str)];

const SHOP: &str = "https://www.shop.example";
const EVIL: &str = "https://evil.test";

/// An application that answers every request alike.
#[derive(Clone)]
struct Upstream {
    status: u16,
    headers: Fields<'static>,
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
        ready(Ok(response.body(Full::from("from upstream")).unwrap()))
    }
}

const PLAIN: Upstream = Upstream { status: 200, headers: &[("content-type", "text/plain")] };

fn request(method: &str, path: &str, headers: Fields<'_>) -> Request<&'static str> {
    let request = Request::builder().method(method).uri(path);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).body("").unwrap()
}

fn preflight(path: &str, origin: &str) -> Request<&'static str> {
    request("OPTIONS", path, &[("origin", origin), ("access-control-request-method", "PUT"), ("cookie", "a=b")])
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    #[track_caller]
    fn assert(&self, status: u16, headers: Fields<'_>) {
        assert_eq!(self.status, status);
        let mut expected: Vec<_> = headers.to_vec();
        let mut found: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}

async fn ask<S>(layer: CorsLayer, upstream: S, request: Request<&'static str>) -> Answer
where
    S: Service<Request<&'static str>, Response = Response<Full<Bytes>>, Error = Infallible>,
{
    let Ok(response) = layer.layer(upstream).oneshot(request).await;
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await;
    Answer { status: parts.status, headers: parts.headers, body: body.to_bytes() }
}

async fn get(policy: &'static Policy, upstream: Upstream, headers: Fields<'_>) -> Answer {
    ask(CorsLayer::new(policy), upstream, request("GET", "/", headers)).await
}

#[tokio::test]
async fn a_preflight_is_answered_here_without_a_body() {
    let allowed = ask(CorsLayer::new(&STOREFRONT), unreachable(), preflight("/", SHOP)).await;
    allowed.assert(
        204,
        &[
            ("vary", "Origin"),
            ("access-control-allow-origin", SHOP),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "DELETE, PATCH, PUT"),
            ("access-control-allow-headers", "content-type, x-csrf-token"),
            ("access-control-max-age", "7200"),
        ],
    );
    assert!(allowed.body.is_empty());

    let refused = ask(CorsLayer::new(&STOREFRONT), unreachable(), preflight("/", EVIL)).await;
    refused.assert(403, &[("vary", "Origin")]);
    assert!(refused.body.is_empty());

    let open = ask(CorsLayer::new(&ASSETS), unreachable(), preflight("/", EVIL)).await;
    open.assert(204, &[("access-control-allow-origin", "*"), ("access-control-max-age", "86400")]);
}

/// An inner service that must not be called.
fn unreachable()
-> impl Service<Request<&'static str>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone {
    tower::service_fn(async |_: Request<&'static str>| -> Result<Response<Full<Bytes>>, Infallible> {
        panic!("a preflight was passed on")
    })
}

#[tokio::test]
async fn private_network_access_is_granted_when_asked_and_declared() {
    const NAME: &str = "access-control-allow-private-network";
    for (policy, value, granted) in [(&STOREFRONT, "true", true), (&STOREFRONT, "no", false), (&ASSETS, "true", false)] {
        let mut request = preflight("/", SHOP);
        request.headers_mut().insert("access-control-request-private-network", value.parse().unwrap());
        let answer = ask(CorsLayer::new(policy), unreachable(), request).await;
        assert_eq!(answer.headers.contains_key(NAME), granted, "{} {value}", policy.name());
    }
}

#[tokio::test]
async fn two_origins_are_refused() {
    for origins in [[SHOP, SHOP], [SHOP, EVIL], [EVIL, SHOP]] {
        let mut request = preflight("/", origins[0]);
        request.headers_mut().append("origin", origins[1].parse().unwrap());
        ask(CorsLayer::new(&STOREFRONT), unreachable(), request).await.assert(403, &[("vary", "Origin")]);
    }
    let with_empty = get(&STOREFRONT, PLAIN, &[("origin", ""), ("origin", SHOP)]).await;
    assert_eq!(with_empty.headers["access-control-allow-origin"], SHOP);
}

#[tokio::test]
async fn an_options_request_that_is_no_preflight_is_passed_on() {
    for headers in [&[][..], &[("origin", SHOP)], &[("access-control-request-method", "PUT")]] {
        let answer = ask(CorsLayer::new(&STOREFRONT), PLAIN, request("OPTIONS", "/", headers)).await;
        assert_eq!(answer.body, "from upstream");
    }
}

#[tokio::test]
async fn an_actual_response_gains_the_headers_whatever_its_status() {
    for status in [200, 304, 404, 500] {
        let upstream = Upstream { status, ..PLAIN };
        let answer = get(&STOREFRONT, upstream, &[("origin", SHOP)]).await;
        answer.assert(
            status,
            &[
                ("content-type", "text/plain"),
                ("vary", "Origin"),
                ("access-control-allow-origin", SHOP),
                ("access-control-allow-credentials", "true"),
                ("access-control-expose-headers", "etag, x-request-id"),
            ],
        );
        assert_eq!(answer.body, "from upstream");
    }
}

#[tokio::test]
async fn refused_requests_and_those_without_origin_gain_only_vary() {
    for headers in [&[][..], &[("origin", "")], &[("origin", EVIL)], &[("origin", "null")]] {
        let answer = get(&STOREFRONT, PLAIN, headers).await;
        answer.assert(200, &[("content-type", "text/plain"), ("vary", "Origin")]);
        assert_eq!(answer.body, "from upstream");
    }
}

#[tokio::test]
async fn a_policy_open_to_everyone_answers_everyone_alike() {
    for headers in [&[][..], &[("origin", EVIL)], &[("origin", SHOP), ("origin", EVIL)]] {
        get(&ASSETS, PLAIN, headers).await.assert(
            200,
            &[
                ("content-type", "text/plain"),
                ("access-control-allow-origin", "*"),
                ("access-control-expose-headers", "*"),
            ],
        );
    }
}

#[tokio::test]
async fn the_cors_headers_of_the_application_are_removed() {
    const OWN: Upstream = Upstream {
        status: 200,
        headers: &[
            ("Access-Control-Allow-Origin", "*"),
            ("access-control-allow-origin", EVIL),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "*"),
            ("access-control-allow-headers", "*"),
            ("access-control-expose-headers", "*"),
            ("access-control-max-age", "1"),
            ("access-control-allow-private-network", "true"),
            ("access-control-x", "none of ours"),
        ],
    };
    let refused = get(&STOREFRONT, OWN, &[("origin", EVIL)]).await;
    refused.assert(200, &[("access-control-x", "none of ours"), ("vary", "Origin")]);
    let without_origin = get(&STOREFRONT, OWN, &[]).await;
    without_origin.assert(200, &[("access-control-x", "none of ours"), ("vary", "Origin")]);
    let allowed = get(&STOREFRONT, OWN, &[("origin", SHOP)]).await;
    allowed.assert(
        200,
        &[
            ("access-control-x", "none of ours"),
            ("vary", "Origin"),
            ("access-control-allow-origin", SHOP),
            ("access-control-allow-credentials", "true"),
            ("access-control-expose-headers", "etag, x-request-id"),
        ],
    );
}

#[tokio::test]
async fn vary_is_completed_never_repeated() {
    const CASES: [(Fields<'static>, &[&str]); 10] = [
        (&[], &["Origin"]),
        (&[("vary", "Origin")], &["Origin"]),
        (&[("Vary", "oRIGIN")], &["oRIGIN"]),
        (&[("vary", "*")], &["*"]),
        (&[("vary", "accept-encoding")], &["accept-encoding", "Origin"]),
        (&[("vary", "accept-encoding ,\torigin , cookie")], &["accept-encoding ,\torigin , cookie"]),
        (&[("vary", "accept"), ("vary", "x, ORIGIN")], &["accept", "x, ORIGIN"]),
        (&[("vary", "accept"), ("vary", "x,*")], &["accept", "x,*"]),
        (&[("vary", "x-origin, originx"), ("vary", "cookie")], &["x-origin, originx", "cookie", "Origin"]),
        (&[("vary", "")], &["", "Origin"]),
    ];
    for (headers, expected) in CASES {
        for request in [&[][..], &[("origin", SHOP)], &[("origin", EVIL)]] {
            let answer = get(&STOREFRONT, Upstream { status: 200, headers }, request).await;
            assert!(answer.headers.get_all("vary").iter().eq(expected), "{headers:?}");
        }
        let open = get(&ASSETS, Upstream { status: 200, headers }, &[("origin", SHOP)]).await;
        assert!(open.headers.get_all("vary").iter().eq(headers.iter().map(|(_, value)| value)), "{headers:?}");
    }
}

#[tokio::test]
async fn each_path_is_answered_by_its_route() {
    let layer = CorsLayer::routes(&ROUTES);
    let allow_origin = async |path: &str| {
        let answer = ask(layer, PLAIN, request("GET", path, &[("origin", SHOP)])).await;
        answer.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(allow_origin("/api/cart?a=/assets/").await.as_deref(), Some(SHOP));
    assert_eq!(allow_origin("https://shop.example/api").await.as_deref(), Some(SHOP));
    assert_eq!(allow_origin("/assets/logo.svg").await.as_deref(), Some("*"));
    assert_eq!(allow_origin("/apix").await, None);
}

#[tokio::test]
async fn a_path_without_a_policy_is_untouched() {
    const OWN: Upstream =
        Upstream { status: 200, headers: &[("access-control-allow-origin", "*"), ("vary", "cookie")] };
    for path in ["/", "/elsewhere", "/api/health", "/api/internal/x", "*"] {
        for request in [preflight(path, SHOP), request("GET", path, &[("origin", SHOP)])] {
            let answer = ask(CorsLayer::routes(&ROUTES), OWN, request).await;
            answer.assert(200, OWN.headers);
            assert_eq!(answer.body, "from upstream");
        }
    }
}

#[tokio::test]
async fn an_error_of_the_inner_service_is_passed_through() {
    let failing = tower::service_fn(async |_: Request<()>| Err::<Response<String>, _>("dead"));
    let answer = CorsLayer::new(&STOREFRONT).layer(failing).oneshot(Request::new(())).await;
    assert_eq!(answer.map(|_| ()), Err("dead"));
}

#[test]
fn readiness_is_that_of_the_inner_service() {
    struct Busy;
    impl Service<Request<()>> for Busy {
        type Response = Response<String>;
        type Error = Infallible;
        type Future = Ready<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Pending
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            unreachable!("it is never ready")
        }
    }
    let mut service = CorsLayer::new(&STOREFRONT).layer(Busy);
    assert!(service.poll_ready(&mut Context::from_waker(std::task::Waker::noop())).is_pending());
}

#[test]
fn layer_and_service_copy_and_cross_threads() {
    fn check<T: Copy + Send + Sync + 'static>() {}
    check::<CorsLayer>();
    check::<CorsService<()>>();
}

/// Whether `request`, sent by itself, comes to the same facts as one built by hand.
#[test]
fn facts_are_read_from_http_requests() {
    let read = request(
        "OPTIONS",
        "/",
        &[("origin", SHOP), ("access-control-request-method", "PUT"), ("access-control-request-private-network", "true")],
    );
    let by_hand = cors_policy::Request::new("OPTIONS")
        .origin(SHOP)
        .access_control_request_method("PUT")
        .access_control_request_private_network("true");
    assert_eq!(cors_policy::Request::from(&read), by_hand);
    assert_eq!(cors_policy::Request::from_headers(read.method(), read.headers()), by_hand);
}

//! A decision and its headers allocate nothing.

mod common;

use std::hint::black_box;

use common::{ASSETS, FEW, ROUTES, STOREFRONT};
use cors_policy::{Policy, Request};

fn decide(policy: &Policy, request: &Request<'_>) -> usize {
    let decision = black_box(policy).decide(black_box(request));
    let length: usize = decision.headers().map(|(name, value)| name.len() + value.len()).sum();
    length + decision.vary().map_or(0, str::len) + usize::from(decision.preflight_status().unwrap_or(0))
}

#[test]
fn deciding_allocates_nothing() {
    let long = "https://a.shop.example".repeat(1000);
    let origins = [
        "https://www.shop.example",
        "https://a.b.shop.example",
        "http://localhost:3000",
        "https://branch-0123abc.review.example",
        "https://x-1.b.example:8080",
        "https://evil.test",
        &long,
    ];
    for origin in origins {
        let info = allocation_counter::measure(|| {
            let actual = Request::new("GET").origin(origin);
            let preflight = Request::new("OPTIONS")
                .origin(origin)
                .access_control_request_method("PUT")
                .access_control_request_private_network("true");
            for policy in [&STOREFRONT, &ASSETS, &FEW] {
                black_box(policy.allows_origin(black_box(origin)));
                black_box(policy.refusal(&preflight, [" x-csrf-token,,Content-Type", "x-debug"]));
                black_box(policy.refusal(&preflight.include_credentials(), [long.as_str()]));
                black_box(decide(policy, &actual));
                black_box(decide(policy, &preflight));
                black_box(decide(policy, &Request::new("GET")));
            }
        });
        assert_eq!(info.count_total, 0, "{origin:.40}");
    }
}

#[test]
fn choosing_a_policy_allocates_nothing() {
    let info = allocation_counter::measure(|| {
        black_box(ROUTES.policy(black_box("/api/cart")));
        black_box(ROUTES.policy(black_box("/elsewhere")));
    });
    assert_eq!(info.count_total, 0);
}

#[test]
fn the_counter_counts() {
    let info = allocation_counter::measure(|| drop(black_box(String::from("x"))));
    assert_eq!(info.count_total, 1);
}

/// A browser's requests through the tower layer; `Origin` shares its bytes with the buffer from
/// which a server has read it, here with the program's constants.
#[cfg(feature = "tower")]
#[test]
fn the_layer_allocates_nothing() {
    use std::convert::Infallible;
    use std::future::{Ready, ready};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use cors_policy::tower::CorsLayer;
    use http::{HeaderValue, Request, Response};
    use tower::{Layer, Service};

    #[derive(Clone)]
    struct Upstream;
    impl Service<Request<()>> for Upstream {
        type Response = Response<()>;
        type Error = Infallible;
        type Future = Ready<Result<Response<()>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            let mut response = Response::new(());
            response.headers_mut().insert("content-type", HeaderValue::from_static("text/plain"));
            ready(Ok(response))
        }
    }

    fn allocations<S>(mut service: S, request: Request<()>) -> u64
    where
        S: Service<Request<()>, Response = Response<()>, Error = Infallible>,
    {
        let info = allocation_counter::measure(|| {
            let mut response = pin!(service.call(request));
            let ready = response.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(black_box(ready).is_ready());
        });
        info.count_total
    }

    let request = |method: &str, origin: Option<&'static str>, asked: Option<&'static str>| {
        let mut request = Request::builder().method(method).uri("/api/cart").body(()).unwrap();
        let headers = request.headers_mut();
        let fields = [("accept", Some("*/*")), ("origin", origin), ("access-control-request-method", asked)];
        for (name, value) in fields {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        request
    };
    let of_upstream = allocations(Upstream, request("GET", None, None));
    let service = CorsLayer::routes(&ROUTES).layer(Upstream);
    for origin in [None, Some("https://a.shop.example"), Some("https://evil.test")] {
        assert_eq!(allocations(service.clone(), request("GET", origin, None)), of_upstream, "{origin:?}");
    }
    for origin in ["https://a.shop.example", "https://evil.test"] {
        assert_eq!(allocations(service.clone(), request("OPTIONS", Some(origin), Some("PUT"))), 0, "{origin}");
    }
}

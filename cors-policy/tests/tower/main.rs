//! The tower layer, driven as a server would drive it.

#[path = "../common/mod.rs"]
mod common;
mod harness;
mod preflight;
mod response;

use std::convert::Infallible;
use std::future::Ready;
use std::task::{Context, Poll, Waker};

use common::STOREFRONT;
use cors_policy::tower::{CorsLayer, CorsService};
use harness::{SHOP, request};
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt};

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
    assert!(service.poll_ready(&mut Context::from_waker(Waker::noop())).is_pending());
}

#[test]
fn layer_and_service_copy_and_cross_threads() {
    fn check<T: Copy + Send + Sync + 'static>() {}
    check::<CorsLayer>();
    check::<CorsService<()>>();
}

#[test]
fn facts_are_read_from_http_requests() {
    let read = request(
        "OPTIONS",
        "/",
        &[
            ("origin", SHOP),
            ("access-control-request-method", "PUT"),
            ("access-control-request-private-network", "true"),
        ],
    );
    let by_hand = cors_policy::Request::new("OPTIONS")
        .origin(SHOP)
        .access_control_request_method("PUT")
        .access_control_request_private_network("true");
    assert_eq!(cors_policy::Request::from(&read), by_hand);
    assert_eq!(cors_policy::Request::from_headers(read.method(), read.headers()), by_hand);
}

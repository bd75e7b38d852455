//! The layer goes around tonic's services, which gRPC-Web pages call: their preflights are answered, and
//! the answers of the services may be read.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

use cors_policy::tower::CorsLayer;
use cors_policy::{Policy, cors_policy};
use http::Request;
use tonic::body::Body;
use tonic::service::Routes;
use tower::{Layer as _, ServiceExt as _};

static SPA: Policy = cors_policy!("../policies/spa.yaml", "spa");

#[tokio::test]
async fn tonic_answers_by_the_policy() {
    // Without a service every method is unimplemented, which is an answer of tonic's, too.
    let service = CorsLayer::new(&SPA).layer(Routes::default());
    let request = |method: &str, origin: &str| {
        let request = Request::builder().method(method).uri("/greeter.Greeter/SayHello").header("origin", origin);
        request.header("content-type", "application/grpc")
    };

    let call = request("POST", "https://app.example.com").body(Body::default()).unwrap();
    let answer = service.clone().oneshot(call).await.unwrap();
    assert_eq!(answer.headers()["grpc-status"], "12");
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://app.example.com");

    let preflight = request("OPTIONS", "https://app.example.com").header("access-control-request-method", "POST");
    let answer = service.clone().oneshot(preflight.body(Body::default()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 204);
    assert!(!answer.headers().contains_key("grpc-status"));

    let refused = request("POST", "https://evil.test").body(Body::default()).unwrap();
    let answer = service.oneshot(refused).await.unwrap();
    assert_eq!(answer.headers()["grpc-status"], "12");
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
}

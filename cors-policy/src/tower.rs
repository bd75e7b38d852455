//! A [tower](https://docs.rs/tower) layer, for hyper, axum, tonic and whatever else speaks `http`.
//!
//! ```
//! # mod compiled { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/compiler/tests/golden/rust/shop/cors_policies.rs")); }
//! # use compiled::STOREFRONT;
//! use cors_policy::tower::CorsLayer;
//! use http::{Request, Response};
//! use tower::{ServiceBuilder, ServiceExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let service = ServiceBuilder::new()
//!     .layer(CorsLayer::new(&STOREFRONT)) // outside of everything that asks who is calling
//!     .service_fn(async |_: Request<String>| Ok::<_, std::io::Error>(Response::new(String::from("a cart"))));
//!
//! let preflight = Request::options("/cart")
//!     .header("origin", "https://www.shop.example")
//!     .header("access-control-request-method", "PUT")
//!     .body(String::new())?;
//! let answer = service.oneshot(preflight).await?;
//! assert_eq!(answer.status(), 204);
//! assert_eq!(answer.headers()["access-control-allow-origin"], "https://www.shop.example");
//! # Ok(())
//! # }
//! ```

use core::mem;
use core::task::{Context, Poll};

use http::{Response, Uri};
use tower_layer::Layer;
use tower_service::Service;

use crate::{Policy, Routes};

mod answer;
mod convert;
mod future;
#[cfg(feature = "tracing")]
mod trace;

use answer::Answer;
pub use future::ResponseFuture;

/// Answers CORS-preflight requests, and gives every other response the policy's headers.
///
/// - A [CORS-preflight request] is answered with 204 or 403 and without a body; the inner service is
///   not called. Place the layer outside of authentication, since browsers send preflights without
///   credentials, and outside of a router, which would answer 405.
/// - On the response to any other request, errors like 404 and 500 included, the CORS headers that
///   the inner service has set are replaced by the policy's, and `Vary` is completed.
/// - Requests to a path without a policy are passed on untouched, their responses too.
///
/// The layer holds one reference: cloning it, and the service with it, costs nothing. It allocates
/// only where a header map has no room left: an answer to a preflight reuses the request's map, and
/// an allowed origin the request's value. A value that hyper has parsed is shared already; one that was
/// made from a `String` or a `Vec` is shared when it is first cloned, which allocates once.
///
/// [CORS-preflight request]: https://fetch.spec.whatwg.org/#cors-preflight-request
#[derive(Debug, Clone, Copy)]
pub struct CorsLayer {
    source: Source,
}

/// Where the policy comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    Policy(&'static Policy),
    Routes(&'static Routes),
}

impl CorsLayer {
    /// A layer that answers every path by `policy`.
    #[must_use]
    pub const fn new(policy: &'static Policy) -> Self {
        Self { source: Source::Policy(policy) }
    }

    /// A layer that answers each path by the policy of its most specific route.
    ///
    /// The path is that of the request's URI as it reaches the layer: below a router that strips a
    /// prefix (`axum::Router::nest`) it is what the router has left.
    #[must_use]
    pub const fn routes(routes: &'static Routes) -> Self {
        Self { source: Source::Routes(routes) }
    }
}

impl Source {
    fn policy(self, uri: &Uri) -> Option<&'static Policy> {
        match self {
            Self::Policy(policy) => Some(policy),
            Self::Routes(routes) => routes.policy(uri.path()),
        }
    }
}

impl<S> Layer<S> for CorsLayer {
    type Service = CorsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CorsService { inner, source: self.source }
    }
}

/// A service that answers by a policy; made by [`CorsLayer`].
#[derive(Debug, Clone, Copy)]
pub struct CorsService<S> {
    inner: S,
    source: Source,
}

impl<S, B, ResBody> Service<http::Request<B>> for CorsService<S>
where
    S: Service<http::Request<B>, Response = Response<ResBody>>,
    ResBody: Default,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<B>) -> Self::Future {
        let Some(policy) = self.source.policy(request.uri()) else {
            return ResponseFuture::passed_on(self.inner.call(request), None);
        };
        let (answer, preflight) = Answer::new(policy, request.method(), request.headers());
        match preflight {
            None => ResponseFuture::passed_on(self.inner.call(request), Some(answer)),
            Some(preflight) => ResponseFuture::answered(answer.respond(preflight, mem::take(request.headers_mut()))),
        }
    }
}

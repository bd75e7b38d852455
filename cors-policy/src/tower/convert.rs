//! The facts of a request, from the types of the `http` crate.

use http::Method;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN};

use crate::Request;

const ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");

/// What is read of a request's header map, each field once.
pub(super) struct Facts<'r> {
    pub(super) request: Request<'r>,
    /// The first `Origin`, unless there is none or it is empty.
    pub(super) origin: Option<&'r HeaderValue>,
}

impl<'r> Facts<'r> {
    /// `Access-Control-Request-Private-Network` is read only if it can matter: its name is not one that
    /// the header map knows, which makes looking it up slow.
    #[inline]
    pub(super) fn read(method: &'r Method, headers: &'r HeaderMap, private_network: bool) -> Self {
        let mut request = Request::new(method.as_str());
        let mut origin = None;
        for value in headers.get_all(ORIGIN) {
            request = request.origin(value);
            origin = origin.or(Some(value).filter(|value| !value.is_empty()));
        }
        if origin.is_some() && *method == Method::OPTIONS {
            request = preflight(request, headers, private_network);
        }
        Self { request, origin }
    }
}

/// Adds what is read of preflights only.
fn preflight<'r>(request: Request<'r>, headers: &'r HeaderMap, private_network: bool) -> Request<'r> {
    let request =
        headers.get_all(ACCESS_CONTROL_REQUEST_METHOD).iter().fold(request, Request::access_control_request_method);
    if !(private_network && request.is_preflight()) {
        return request;
    }
    let asks = headers.get_all(ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK);
    asks.iter().fold(request, Request::access_control_request_private_network)
}

impl<'r> Request<'r> {
    /// The facts of a request with that method and those headers.
    #[must_use]
    pub fn from_headers(method: &'r Method, headers: &'r HeaderMap) -> Self {
        Facts::read(method, headers, true).request
    }
}

impl<'r, B> From<&'r http::Request<B>> for Request<'r> {
    fn from(request: &'r http::Request<B>) -> Self {
        Self::from_headers(request.method(), request.headers())
    }
}

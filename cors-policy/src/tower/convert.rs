//! The facts of a request, from the types of the `http` crate.

use http::Method;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, ORIGIN};

use crate::Request;

const ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");

impl<'r> Request<'r> {
    /// The facts of a request with that method and those headers.
    #[must_use]
    pub fn from_headers(method: &'r Method, headers: &'r HeaderMap) -> Self {
        Self::read(method, headers, true)
    }

    /// The same, but `Access-Control-Request-Private-Network` only if it can matter.
    pub(super) fn read(method: &'r Method, headers: &'r HeaderMap, private_network: bool) -> Self {
        let request = headers.get_all(ORIGIN).iter().fold(Self::new(method.as_str()), Self::origin);
        if *method != Method::OPTIONS {
            return request; // the rest is read of preflights only
        }
        let request =
            headers.get_all(ACCESS_CONTROL_REQUEST_METHOD).iter().fold(request, Self::access_control_request_method);
        if !(private_network && request.is_preflight()) {
            return request;
        }
        headers
            .get_all(ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK)
            .iter()
            .fold(request, Self::access_control_request_private_network)
    }
}

impl<'r, B> From<&'r http::Request<B>> for Request<'r> {
    fn from(request: &'r http::Request<B>) -> Self {
        Self::from_headers(request.method(), request.headers())
    }
}

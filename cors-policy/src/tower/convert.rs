//! The facts of a request, from the types of the `http` crate.

use http::Method;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN};

use crate::Request;
use crate::request::Values;

const ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");

/// The `Origin` fields of a request, of which empty ones count as absent.
#[derive(Clone, Copy)]
pub(super) enum Origins<'r> {
    One(&'r HeaderValue),
    Several,
}

impl<'r> Origins<'r> {
    /// `None` if there is none.
    #[inline(always)]
    pub(super) fn of(headers: &'r HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(ORIGIN).iter();
        let alone = values.size_hint() == (1, Some(1));
        match values.next() {
            Some(value) if alone => (!value.is_empty()).then_some(Self::One(value)),
            Some(_) => Self::of_several(headers),
            None => None,
        }
    }

    #[inline(never)]
    fn of_several(headers: &'r HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(ORIGIN).iter().filter(|value| !value.is_empty());
        let first = values.next()?;
        Some(if values.next().is_none() { Self::One(first) } else { Self::Several })
    }
}

impl<'r> Request<'r> {
    /// The facts of a request with that method and those headers.
    #[must_use]
    pub fn from_headers(method: &'r Method, headers: &'r HeaderMap) -> Self {
        Self::read(method, headers, true)
    }

    /// `Access-Control-Request-Private-Network` is read only if it can matter: its name is not one that
    /// the header map knows, which makes looking it up slow.
    pub(super) fn read(method: &'r Method, headers: &'r HeaderMap, private_network: bool) -> Self {
        let request = headers.get_all(ORIGIN).iter().fold(Self::new(method.as_str()), Self::origin);
        // What follows is read of preflights only.
        if *method != Method::OPTIONS || matches!(request.origin_values(), Values::Absent) {
            return request;
        }
        let methods = headers.get_all(ACCESS_CONTROL_REQUEST_METHOD);
        let request = methods.iter().fold(request, Self::access_control_request_method);
        if !(private_network && request.is_preflight()) {
            return request;
        }
        let asks = headers.get_all(ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK);
        asks.iter().fold(request, Self::access_control_request_private_network)
    }
}

impl<'r, B> From<&'r http::Request<B>> for Request<'r> {
    fn from(request: &'r http::Request<B>) -> Self {
        Self::from_headers(request.method(), request.headers())
    }
}

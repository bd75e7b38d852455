//! A decision, detached from its request, and how it is written into a header map.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderName,
    HeaderValue, VARY,
};
use http::{Method, Response, StatusCode};

use super::convert::Origins;
use crate::decision::Field;
use crate::policy::Access;
use crate::{Policy, RESPONSE_HEADERS, Request};

const ACCESS_CONTROL_ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

// Values that are made when the program is compiled: at run time, a value is checked byte by byte.
const EVERYONE: HeaderValue = HeaderValue::from_static("*");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const BY_ORIGIN: HeaderValue = HeaderValue::from_static("Origin");

/// What is left of a decision when its request is gone.
#[derive(Debug)]
pub(super) struct Answer {
    policy: &'static Policy,
    /// The request's origin, if the policy lists it.
    listed: Option<HeaderValue>,
}

/// What the answer to a CORS-preflight request has beyond the policy's headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Preflight {
    status: StatusCode,
    private_network: bool,
}

impl Answer {
    /// By `policy`, to a request with that method and those headers; and what is to be said of a preflight.
    #[inline(always)]
    pub(super) fn new(policy: &'static Policy, method: &Method, headers: &HeaderMap) -> (Self, Option<Preflight>) {
        let listed = match Origins::of(headers) {
            Some(_) if *method == Method::OPTIONS => return Self::to_options(policy, headers),
            Some(Origins::One(origin)) if policy.lists(origin.as_bytes()) => Some(origin.clone()),
            // Most requests have none, and need nothing else.
            Some(_) | None => None,
        };
        (Self { policy, listed }, None)
    }

    /// To an `OPTIONS` request with an `Origin`.
    #[inline(never)]
    fn to_options(policy: &'static Policy, headers: &HeaderMap) -> (Self, Option<Preflight>) {
        let request = Request::read(&Method::OPTIONS, headers, policy.allow_private_network);
        let decision = policy.decide(&request);
        let origin = match (&policy.access, Origins::of(headers)) {
            (Access::Listed(_), Some(Origins::One(origin))) if decision.is_allowed() => Some(origin.clone()),
            _ => None,
        };
        let preflight = decision.preflight_status().map(|status| {
            #[cfg(feature = "tracing")]
            super::trace::preflight(policy, &request, headers);
            let status = if status == 204 { StatusCode::NO_CONTENT } else { StatusCode::FORBIDDEN };
            Preflight { status, private_network: decision.allow_private_network }
        });
        (Self { policy, listed: origin }, preflight)
    }

    /// Makes the headers of an actual response the policy's.
    #[inline(always)]
    pub(super) fn write_actual(&mut self, headers: &mut HeaderMap) {
        // One look at the names is cheaper than looking up eight, of which most responses have none.
        let (mut of_cors, mut vary) = (false, false);
        for name in headers.keys() {
            of_cors |= is_of_cors(name);
            vary |= *name == VARY;
        }
        if of_cors {
            remove(headers);
        }
        self.write(self.policy.actual, headers);
        match self.policy.access {
            Access::Listed(_) if vary => vary_by_origin(headers),
            Access::Listed(_) => drop(headers.append(VARY, BY_ORIGIN)),
            Access::Anyone => {}
        }
    }

    /// The response to a CORS-preflight request, with the header map of the request.
    pub(super) fn respond<B: Default>(mut self, preflight: Preflight, mut headers: HeaderMap) -> Response<B> {
        headers.clear();
        self.write_preflight(preflight, &mut headers);
        let mut response = Response::new(B::default());
        *response.status_mut() = preflight.status;
        *response.headers_mut() = headers;
        response
    }

    /// Adds the headers of a preflight's answer to a map that has none.
    fn write_preflight(&mut self, preflight: Preflight, headers: &mut HeaderMap) {
        self.write(self.policy.preflight, headers);
        if preflight.private_network {
            headers.append(ACCESS_CONTROL_ALLOW_PRIVATE_NETWORK, TRUE);
        }
        if let Access::Listed(_) = self.policy.access {
            headers.append(VARY, BY_ORIGIN);
        }
    }

    /// Adds the headers of an allowed request to a map that has none of them.
    #[inline(always)]
    fn write(&mut self, constants: &[(Field, &'static str)], headers: &mut HeaderMap) {
        let allow_origin = match self.policy.access {
            Access::Anyone => Some(EVERYONE),
            Access::Listed(_) => self.listed.take(),
        };
        let Some(allow_origin) = allow_origin else { return };
        headers.append(ACCESS_CONTROL_ALLOW_ORIGIN, allow_origin);
        for &(field, value) in constants {
            let value = if field == Field::AllowCredentials { TRUE } else { constant(value) };
            headers.append(name(field), value);
        }
    }
}

/// Whether it is one of [`RESPONSE_HEADERS`].
#[inline(always)]
fn is_of_cors(name: &HeaderName) -> bool {
    *name == ACCESS_CONTROL_ALLOW_ORIGIN
        || *name == ACCESS_CONTROL_ALLOW_CREDENTIALS
        || *name == ACCESS_CONTROL_ALLOW_METHODS
        || *name == ACCESS_CONTROL_ALLOW_HEADERS
        || *name == ACCESS_CONTROL_EXPOSE_HEADERS
        || *name == ACCESS_CONTROL_MAX_AGE
        || *name == ACCESS_CONTROL_ALLOW_PRIVATE_NETWORK
}

/// Removes the CORS headers that the application has set.
#[inline(never)]
fn remove(headers: &mut HeaderMap) {
    for name in RESPONSE_HEADERS {
        headers.remove(name);
    }
}

/// A constant of the policy as a value. `HeaderValue::from_static` is made for compile time: it would take
/// twice as long.
fn constant(value: &'static str) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from_static(value.as_bytes()))
        .expect("lists of tokens and numbers are values")
}

const fn name(field: Field) -> HeaderName {
    match field {
        Field::AllowCredentials => ACCESS_CONTROL_ALLOW_CREDENTIALS,
        Field::AllowMethods => ACCESS_CONTROL_ALLOW_METHODS,
        Field::AllowHeaders => ACCESS_CONTROL_ALLOW_HEADERS,
        Field::ExposeHeaders => ACCESS_CONTROL_EXPOSE_HEADERS,
        Field::MaxAge => ACCESS_CONTROL_MAX_AGE,
    }
}

/// Adds `Origin` to a `Vary` that is there, unless it says so already or everything varies.
#[inline(never)]
fn vary_by_origin(headers: &mut HeaderMap) {
    let says = |value: &HeaderValue| {
        let mut names = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.any(|known| known == b"*" || known.eq_ignore_ascii_case(b"origin"))
    };
    if !headers.get_all(VARY).iter().any(says) {
        headers.append(VARY, BY_ORIGIN);
    }
}

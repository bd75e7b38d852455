//! A decision, detached from its request, and how it is written into a header map.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, Entry, HeaderMap, HeaderName,
    HeaderValue, VARY,
};

use crate::decision::Field;
use crate::policy::Access;
use crate::{Decision, Policy, RESPONSE_HEADERS};

const ACCESS_CONTROL_ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

// Values that are made when the program is compiled: at run time, a value is checked byte by byte.
const EVERYONE: HeaderValue = HeaderValue::from_static("*");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const ORIGIN: HeaderValue = HeaderValue::from_static("Origin");

/// What is left of a decision when its request is gone.
#[derive(Debug)]
pub(super) struct Answer {
    /// The value of `Access-Control-Allow-Origin`, which for a listed origin is the request's own.
    allow_origin: Option<HeaderValue>,
    constant: &'static [(Field, &'static str)],
    allow_private_network: bool,
    varies: bool,
}

impl Answer {
    /// `origin` is the request's.
    #[inline]
    pub(super) fn new(policy: &Policy, decision: &Decision<'_>, origin: Option<&HeaderValue>) -> Self {
        let allow_origin = match policy.access {
            Access::Anyone => Some(EVERYONE),
            // Cloning the value shares its bytes; copying the text would allocate.
            Access::Listed(_) if decision.is_allowed() => origin.cloned(),
            Access::Listed(_) => None,
        };
        Self {
            allow_origin,
            constant: decision.constant,
            allow_private_network: decision.allow_private_network,
            varies: decision.varies,
        }
    }

    /// Removes the CORS headers that the application has set.
    pub(super) fn clean(headers: &mut HeaderMap) {
        // Most responses have none: one look at the names is cheaper than seven look-ups.
        if headers.keys().any(|name| name.as_str().starts_with("access-control-")) {
            for name in RESPONSE_HEADERS {
                headers.remove(name);
            }
        }
    }

    /// Adds the policy's headers, of which there is none any more.
    pub(super) fn write(self, headers: &mut HeaderMap) {
        if let Some(allow_origin) = self.allow_origin {
            headers.append(ACCESS_CONTROL_ALLOW_ORIGIN, allow_origin);
            for &(field, value) in self.constant {
                let value = if value == "true" { TRUE } else { constant(value) };
                headers.append(name(field), value);
            }
            if self.allow_private_network {
                headers.append(ACCESS_CONTROL_ALLOW_PRIVATE_NETWORK, TRUE);
            }
        }
        if self.varies {
            vary_by_origin(headers);
        }
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

/// Adds `Origin` to `Vary`, unless it is there or everything varies already.
fn vary_by_origin(headers: &mut HeaderMap) {
    let says = |value: &HeaderValue| {
        let mut names = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.any(|known| known == b"*" || known.eq_ignore_ascii_case(b"origin"))
    };
    match headers.entry(VARY) {
        Entry::Vacant(vary) => {
            vary.insert(ORIGIN);
        }
        Entry::Occupied(mut vary) => {
            if !vary.iter().any(says) {
                vary.append(ORIGIN);
            }
        }
    }
}

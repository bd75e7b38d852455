//! A decision, detached from its request, and how it is written into a header map.

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY};

use crate::policy::Access;
use crate::{Decision, Policy, RESPONSE_HEADERS};

const ACCESS_CONTROL_ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// What is left of a decision when its request is gone.
#[derive(Debug)]
pub(super) struct Answer {
    /// The value of `Access-Control-Allow-Origin`, which for a listed origin is the request's own.
    allow_origin: Option<HeaderValue>,
    constant: &'static [(&'static str, &'static str)],
    allow_private_network: bool,
    vary: Option<&'static str>,
}

impl Answer {
    /// `headers` are the request's.
    pub(super) fn new(policy: &Policy, decision: &Decision<'_>, headers: &HeaderMap) -> Self {
        let allow_origin = match policy.access {
            Access::Anyone => Some(HeaderValue::from_static("*")),
            // Cloning the value shares its bytes; copying the text would allocate.
            Access::Listed(_) if decision.is_allowed() => {
                headers.get_all(ORIGIN).iter().find(|value| !value.is_empty()).cloned()
            }
            Access::Listed(_) => None,
        };
        Self {
            allow_origin,
            constant: decision.constant,
            allow_private_network: decision.allow_private_network,
            vary: decision.vary(),
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

    /// Adds the policy's headers.
    pub(super) fn write(self, headers: &mut HeaderMap) {
        if let Some(allow_origin) = self.allow_origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allow_origin);
            for (name, value) in self.constant {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            if self.allow_private_network {
                headers.insert(ACCESS_CONTROL_ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
            }
        }
        if let Some(name) = self.vary {
            add_vary(headers, name);
        }
    }
}

/// Adds `name` to `Vary`, unless it is there or everything varies already.
fn add_vary(headers: &mut HeaderMap, name: &'static str) {
    let says = |value: &HeaderValue| {
        let mut names = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.any(|known| known == b"*" || known.eq_ignore_ascii_case(name.as_bytes()))
    };
    if !headers.get_all(VARY).iter().any(says) {
        headers.append(VARY, HeaderValue::from_static(name));
    }
}

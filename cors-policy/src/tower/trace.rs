//! What the layer reports of preflights.

use core::fmt;

use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, HeaderMap, HeaderValue, ORIGIN};
use tracing::Level;

use crate::{Policy, Request};

/// The most bytes of an origin that are reported. No origin that a policy can list is longer.
const LONGEST_ORIGIN: usize = 400;

/// Reports a preflight that the browser will find refused; nothing, at the cost of one look, if nobody
/// listens. A preflight is answered in the same way whatever it asks about, so that this, too, may be
/// one that is answered with 204.
pub(super) fn preflight(policy: &Policy, request: &Request<'_>, headers: &HeaderMap) {
    if !tracing::enabled!(target: "cors_policy", Level::DEBUG) {
        return;
    }
    let asked = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
    if let Some(reason) = policy.refusal(request, asked.iter()) {
        let origins = headers.get_all(ORIGIN).iter().map(HeaderValue::as_bytes);
        let origin = Shown(origins.into_iter().find(|origin| !origin.is_empty()).unwrap_or_default());
        tracing::debug!(target: "cors_policy", policy = policy.name(), %origin, %reason, "preflight refused");
    }
}

/// Bytes of a request, escaped.
struct Shown<'r>(&'r [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at_checked(LONGEST_ORIGIN) {
            Some((start, cut)) if !cut.is_empty() => write!(f, "{}…", start.escape_ascii()),
            _ => write!(f, "{}", self.0.escape_ascii()),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString as _;
    use std::vec;

    use super::*;

    #[test]
    fn only_what_is_cut_ends_in_an_ellipsis() {
        for (length, expected) in [(0, 0), (399, 399), (400, 400), (401, 400)] {
            let bytes = vec![b'a'; length];
            let cut = if expected < length { "…" } else { "" };
            assert_eq!(Shown(&bytes).to_string(), "a".repeat(expected) + cut, "{length}");
        }
    }
}

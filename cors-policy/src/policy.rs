//! A policy, and how it decides.

use crate::decision::{Decision, Field};
use crate::origin::Origins;
use crate::request::{Request, Values};

/// A compiled CORS policy: constant data, made by the compiler from a YAML file.
///
/// Its fields are not part of the API. Written by hand they would lose every check of the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Its name in the file.
    #[doc(hidden)]
    pub name: &'static str,
    /// Who may read responses.
    #[doc(hidden)]
    pub access: Access,
    /// The headers of an allowed preflight's answer that do not depend on the request.
    #[doc(hidden)]
    pub preflight: &'static [(Field, &'static str)],
    /// The same of an allowed actual response.
    #[doc(hidden)]
    pub actual: &'static [(Field, &'static str)],
    /// Whether a preflight that asks gets `Access-Control-Allow-Private-Network: true`.
    #[doc(hidden)]
    pub allow_private_network: bool,
}

/// Who may read responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "policies are statics, which nobody moves")]
pub enum Access {
    /// Everyone, without credentials: the constant `*`.
    Anyone,
    /// The listed origins.
    Listed(Origins),
}

impl Policy {
    /// The policy's name in the YAML file, for logs and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether responses to requests of this origin may be read, compared byte for byte: what
    /// [`decide`](Self::decide) asks of a request's only `Origin`. It is also what a WebSocket server
    /// needs: its handshake names the origin, and no browser checks the answer.
    ///
    /// # Examples
    ///
    /// ```
    /// # mod compiled { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/compiler/tests/golden/rust/shop/cors_policies.rs")); }
    /// # use compiled::STOREFRONT;
    /// assert!(STOREFRONT.allows_origin("https://www.shop.example"));
    /// assert!(!STOREFRONT.allows_origin("https://WWW.shop.example"));
    /// assert!(!STOREFRONT.allows_origin("https://www.shop.example.evil.test"));
    /// ```
    #[must_use]
    #[inline(always)]
    pub fn allows_origin(&self, origin: &(impl AsRef<[u8]> + ?Sized)) -> bool {
        match &self.access {
            Access::Anyone => true,
            Access::Listed(origins) => origins.contains(origin.as_ref()),
        }
    }

    /// Whether the policy has a list, and that origin is on it.
    #[cfg(feature = "tower")]
    #[inline(always)]
    pub(crate) fn lists(&self, origin: &[u8]) -> bool {
        matches!(&self.access, Access::Listed(origins) if origins.contains(origin))
    }

    /// Decides about `request`, as the [CORS protocol] has it; allocates nothing and never panics.
    ///
    /// | request | policy that lists origins | policy open to everyone |
    /// |---|---|---|
    /// | without `Origin` | passed on, not allowed | passed on, allowed |
    /// | preflight, origin listed | 204 | 204 |
    /// | preflight, origin not listed | 403 | 204 |
    /// | any other, origin listed | passed on, allowed | passed on, allowed |
    /// | any other, origin not listed | passed on, not allowed | passed on, allowed |
    ///
    /// An origin is compared byte for byte. More than one `Origin`, and one that is longer than the
    /// longest origin the policy can match, is not listed. A preflight is never refused for its
    /// method or headers: the browser reads the policy's lists, and compares.
    ///
    /// # Examples
    ///
    /// ```
    /// # mod compiled { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/compiler/tests/golden/rust/shop/cors_policies.rs")); }
    /// # use compiled::STOREFRONT;
    /// use cors_policy::Request;
    ///
    /// let shop = Request::new("GET").origin("https://www.shop.example");
    /// let decision = STOREFRONT.decide(&shop);
    /// assert!(decision.is_allowed());
    /// assert!(decision.headers().eq([
    ///     ("access-control-allow-origin", "https://www.shop.example"),
    ///     ("access-control-allow-credentials", "true"),
    ///     ("access-control-expose-headers", "etag, x-request-id"),
    /// ]));
    ///
    /// let look_alike = Request::new("GET").origin("https://www.shop.example.evil.test");
    /// let decision = STOREFRONT.decide(&look_alike);
    /// assert!(!decision.is_allowed());
    /// assert_eq!(decision.headers().count(), 0);
    /// assert_eq!(decision.vary(), Some("Origin"));
    /// ```
    ///
    /// [CORS protocol]: https://fetch.spec.whatwg.org/#http-cors-protocol
    #[inline(always)]
    pub fn decide<'r>(&self, request: &Request<'r>) -> Decision<'r> {
        let preflight = request.is_preflight();
        let allow_origin = match (&self.access, request.origin_values()) {
            (Access::Anyone, _) => Some(&b"*"[..]),
            (Access::Listed(origins), Values::One(origin)) => origins.contains(origin).then_some(origin),
            (Access::Listed(_), Values::Absent | Values::Several) => None,
        };
        let allowed = allow_origin.is_some();
        Decision {
            preflight,
            allow_origin,
            constant: match (allowed, preflight) {
                (false, _) => &[],
                (true, false) => self.actual,
                (true, true) => self.preflight,
            },
            allow_private_network: allowed
                && preflight
                && self.allow_private_network
                && request.asks_for_private_network(),
            varies: matches!(self.access, Access::Listed(_)),
        }
    }
}

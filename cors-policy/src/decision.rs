//! What a policy decides about a request, and the headers that say so.

/// The response headers that belong to the policy.
///
/// Whatever the application itself has set in them is removed before [`Decision::headers`] are
/// added: two `Access-Control-Allow-Origin` fields fail the browser's [CORS check], and a header
/// that the policy does not declare would widen it.
///
/// [CORS check]: https://fetch.spec.whatwg.org/#concept-cors-check
pub const RESPONSE_HEADERS: [&str; 7] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-allow-private-network",
];

/// What a [`Policy`](crate::Policy) decides about a [`Request`](crate::Request).
///
/// It is applied in four steps:
/// 1. If there is a [preflight status](Self::preflight_status), the answer is that status without a
///    body, and the application never sees the request. Otherwise the application answers it,
///    allowed or not.
/// 2. The [`RESPONSE_HEADERS`] are removed from the application's response, whatever its status.
/// 3. The [headers](Self::headers) are added.
/// 4. [`Vary`](Self::vary) is completed.
///
/// # Examples
///
/// ```
/// # mod compiled { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/compiler/tests/golden/rust/shop/cors_policies.rs")); }
/// # use compiled::STOREFRONT;
/// use cors_policy::Request;
///
/// let preflight = Request::new("OPTIONS")
///     .origin("https://www.shop.example")
///     .access_control_request_method("PUT");
/// let decision = STOREFRONT.decide(&preflight);
///
/// assert_eq!(decision.preflight_status(), Some(204));
/// assert!(decision.headers().eq([
///     ("access-control-allow-origin", "https://www.shop.example"),
///     ("access-control-allow-credentials", "true"),
///     ("access-control-allow-methods", "DELETE, PATCH, PUT"),
///     ("access-control-allow-headers", "content-type, x-csrf-token"),
///     ("access-control-max-age", "7200"),
/// ]));
/// assert_eq!(decision.vary(), Some("Origin"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a decision has no effect until its headers are sent"]
pub struct Decision<'r> {
    /// It is about a CORS-preflight request.
    pub(crate) preflight: bool,
    /// The value of `Access-Control-Allow-Origin`; `None` if there is to be no CORS header at all.
    /// It is ASCII: `*`, or an origin that is listed.
    pub(crate) allow_origin: Option<&'r [u8]>,
    /// The headers that go with it and do not depend on the request.
    pub(crate) constant: &'static [(Field, &'static str)],
    /// `Access-Control-Allow-Private-Network: true` goes with it, too.
    pub(crate) allow_private_network: bool,
    /// The policy's answers depend on the origin.
    pub(crate) varies: bool,
}

/// A response header whose value does not depend on the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `Access-Control-Allow-Credentials`.
    AllowCredentials,
    /// `Access-Control-Allow-Methods`.
    AllowMethods,
    /// `Access-Control-Allow-Headers`.
    AllowHeaders,
    /// `Access-Control-Expose-Headers`.
    ExposeHeaders,
    /// `Access-Control-Max-Age`.
    MaxAge,
}

impl Field {
    /// Its name, in lower case.
    const fn name(self) -> &'static str {
        match self {
            Self::AllowCredentials => "access-control-allow-credentials",
            Self::AllowMethods => "access-control-allow-methods",
            Self::AllowHeaders => "access-control-allow-headers",
            Self::ExposeHeaders => "access-control-expose-headers",
            Self::MaxAge => "access-control-max-age",
        }
    }
}

impl<'r> Decision<'r> {
    /// The status with which a [CORS-preflight request] is answered here: 204 if its origin is
    /// allowed, 403 if it is refused. `None` for every other request: the application answers it.
    ///
    /// [CORS-preflight request]: https://fetch.spec.whatwg.org/#cors-preflight-request
    #[must_use]
    #[inline]
    pub const fn preflight_status(&self) -> Option<u16> {
        match (self.preflight, self.allow_origin) {
            (false, _) => None,
            (true, Some(_)) => Some(204),
            (true, None) => Some(403),
        }
    }

    /// Whether the response carries `Access-Control-Allow-Origin`: always under a policy that is
    /// open to everyone, else exactly if the request has one `Origin` and the policy lists it.
    ///
    /// This is no access control: a request that is not allowed still is passed on, also one that
    /// no page of another origin has sent, and only the response stays unreadable to scripts.
    #[must_use]
    #[inline]
    pub const fn is_allowed(&self) -> bool {
        self.allow_origin.is_some()
    }

    /// The `Access-Control-*` headers to add to the response, names in lower case, each name once;
    /// none if the request is not allowed.
    ///
    /// They are those that the CORS check and the CORS-preflight fetch read
    /// ([HTTP responses](https://fetch.spec.whatwg.org/#http-responses)).
    #[inline]
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'r str)> + use<'r> {
        let allow_origin = self.allow_origin.and_then(|value| str::from_utf8(value).ok());
        let allow_origin = allow_origin.map(|value| ("access-control-allow-origin", value));
        let constant = self.constant.iter().map(|(field, value)| (field.name(), *value));
        let private_network = self.allow_private_network.then_some(("access-control-allow-private-network", "true"));
        allow_origin.into_iter().chain(constant).chain(private_network)
    }

    /// What the response's `Vary` has to name: `Origin` on every response of a policy that lists
    /// origins, refused ones and requests without `Origin` included, or a shared cache would hand
    /// one origin's answer to another ([CORS protocol and HTTP caches]).
    ///
    /// It is added to what `Vary` says already, unless that names it, in whatever case, or is `*`.
    ///
    /// [CORS protocol and HTTP caches]: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
    #[must_use]
    #[inline]
    pub const fn vary(&self) -> Option<&'static str> {
        if self.varies { Some("Origin") } else { None }
    }
}

//! The facts of a request that CORS reads.

/// The facts of a request on which a [`Policy`](crate::Policy) decides.
///
/// Header values are given as the request has them, byte for byte; a value that is empty counts as
/// absent. With the feature `tower` there are conversions from `http::Request` and from
/// `http::HeaderMap` (`Request::from_headers`).
///
/// `Access-Control-Request-Headers` is not among the facts: a policy answers with its full lists,
/// and it is the browser that compares them ([CORS-preflight fetch]).
///
/// # Examples
///
/// ```
/// use cors_policy::Request;
///
/// let actual = Request::new("GET").origin("https://www.shop.example");
/// let preflight = Request::new("OPTIONS")
///     .origin("https://www.shop.example")
///     .access_control_request_method("PUT");
/// assert!(preflight.is_preflight() && !actual.is_preflight());
/// ```
///
/// [CORS-preflight fetch]: https://fetch.spec.whatwg.org/#cors-preflight-fetch
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'r> {
    method: &'r str,
    origin: OriginHeader<'r>,
    asks_for_method: bool,
    asks_for_private_network: bool,
}

/// The values of the [`Origin`](https://fetch.spec.whatwg.org/#origin-header) fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OriginHeader<'r> {
    Absent,
    One(&'r [u8]),
    /// No browser sends that, and which of them to answer would be a guess.
    Several,
}

impl<'r> Request<'r> {
    /// A request with that method, which is case-sensitive, and without any header.
    #[must_use]
    pub const fn new(method: &'r str) -> Self {
        Self { method, origin: OriginHeader::Absent, asks_for_method: false, asks_for_private_network: false }
    }

    /// Adds an `Origin` field. A request with two of them is refused by every policy that lists
    /// origins, also if both say the same.
    #[must_use]
    pub fn origin(mut self, value: &'r (impl AsRef<[u8]> + ?Sized)) -> Self {
        let value = value.as_ref();
        if !value.is_empty() {
            self.origin = match self.origin {
                OriginHeader::Absent => OriginHeader::One(value),
                OriginHeader::One(_) | OriginHeader::Several => OriginHeader::Several,
            };
        }
        self
    }

    /// Adds an `Access-Control-Request-Method` field. Whatever it asks about, the answer is the same
    /// list: only that the request asks is a fact.
    #[must_use]
    pub fn access_control_request_method(mut self, value: &(impl AsRef<[u8]> + ?Sized)) -> Self {
        self.asks_for_method |= !value.as_ref().is_empty();
        self
    }

    /// Adds an `Access-Control-Request-Private-Network` field, which asks only by the value `true`
    /// ([Private Network Access](https://wicg.github.io/private-network-access/)).
    #[must_use]
    pub fn access_control_request_private_network(mut self, value: &(impl AsRef<[u8]> + ?Sized)) -> Self {
        self.asks_for_private_network |= value.as_ref() == b"true";
        self
    }

    /// Whether it is a [CORS-preflight request]: `OPTIONS` with an `Origin` and an
    /// `Access-Control-Request-Method`. Any other `OPTIONS` request is the application's own.
    ///
    /// [CORS-preflight request]: https://fetch.spec.whatwg.org/#cors-preflight-request
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        self.asks_for_method && self.method == "OPTIONS" && self.origin != OriginHeader::Absent
    }

    pub(crate) const fn origin_header(&self) -> OriginHeader<'r> {
        self.origin
    }

    pub(crate) const fn asks_for_private_network(&self) -> bool {
        self.asks_for_private_network
    }
}

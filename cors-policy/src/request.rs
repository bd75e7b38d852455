//! The facts of a request that CORS reads.

/// The facts of a request on which a [`Policy`](crate::Policy) decides.
///
/// Header values are given as the request has them, byte for byte; a value that is empty counts as
/// absent. With the feature `tower` there are conversions from `http::Request` and from
/// `http::HeaderMap` (`Request::from_headers`).
///
/// `Access-Control-Request-Headers` is not among the facts: a policy answers with its full lists,
/// and it is the browser that compares them ([CORS-preflight fetch]). Who asks for a
/// [`Refusal`](crate::Refusal) hands it over there.
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
    origin: Values<'r>,
    method_asked_for: Values<'r>,
    asks_for_private_network: bool,
    includes_credentials: bool,
}

/// The values of a header that has one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values<'r> {
    Absent,
    One(&'r [u8]),
    /// No browser sends that, and which of them to answer would be a guess.
    Several,
}

impl<'r> Values<'r> {
    /// Adds the value of one more field; an empty one counts as absent.
    #[inline]
    fn add(&mut self, value: &'r [u8]) {
        if !value.is_empty() {
            *self = match self {
                Self::Absent => Self::One(value),
                Self::One(_) | Self::Several => Self::Several,
            };
        }
    }
}

impl<'r> Request<'r> {
    /// A request with that method, which is case-sensitive, and without any header.
    #[must_use]
    #[inline]
    pub const fn new(method: &'r str) -> Self {
        Self {
            method,
            origin: Values::Absent,
            method_asked_for: Values::Absent,
            asks_for_private_network: false,
            includes_credentials: false,
        }
    }

    /// Adds an `Origin` field. A request with two of them is refused by every policy that lists
    /// origins, also if both say the same.
    #[must_use]
    #[inline]
    pub fn origin(mut self, value: &'r (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.origin.add(value.as_ref());
        self
    }

    /// Adds an `Access-Control-Request-Method` field. Whatever it asks about, the answer is the same
    /// list: to the decision only that it asks is a fact.
    #[must_use]
    #[inline]
    pub fn access_control_request_method(mut self, value: &'r (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.method_asked_for.add(value.as_ref());
        self
    }

    /// Adds an `Access-Control-Request-Private-Network` field, which asks only by the value `true`
    /// ([Private Network Access](https://wicg.github.io/private-network-access/)).
    #[must_use]
    #[inline]
    pub fn access_control_request_private_network(mut self, value: &(impl AsRef<[u8]> + ?Sized)) -> Self {
        self.asks_for_private_network |= value.as_ref() == b"true";
        self
    }

    /// Says that the request's [credentials mode] is `include`. No header tells it, so that nothing is
    /// decided by it; [`Policy::refusal`](crate::Policy::refusal) takes it into account.
    ///
    /// [credentials mode]: https://fetch.spec.whatwg.org/#concept-request-credentials-mode
    #[must_use]
    #[inline]
    pub const fn include_credentials(mut self) -> Self {
        self.includes_credentials = true;
        self
    }

    /// Whether it is a [CORS-preflight request]: `OPTIONS` with an `Origin` and an
    /// `Access-Control-Request-Method`. Any other `OPTIONS` request is the application's own.
    ///
    /// [CORS-preflight request]: https://fetch.spec.whatwg.org/#cors-preflight-request
    #[must_use]
    #[inline]
    pub fn is_preflight(&self) -> bool {
        !matches!(self.method_asked_for, Values::Absent)
            && !matches!(self.origin, Values::Absent)
            && self.method == "OPTIONS"
    }

    #[inline]
    pub(crate) const fn origin_values(&self) -> Values<'r> {
        self.origin
    }

    pub(crate) const fn method_asked_for(&self) -> Values<'r> {
        self.method_asked_for
    }

    #[inline]
    pub(crate) const fn asks_for_private_network(&self) -> bool {
        self.asks_for_private_network
    }

    pub(crate) const fn includes_credentials(&self) -> bool {
        self.includes_credentials
    }
}

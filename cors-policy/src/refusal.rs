//! Why a browser refuses a request: computed when somebody asks, not on the way of every request.

use core::fmt;

use crate::decision::Field;
use crate::header_list::{holds, items, names};
use crate::policy::{Access, Policy};
use crate::request::{Request, Values};

/// Why a browser keeps a response from the script, or does not send a request after its preflight:
/// the step of the [CORS check] or of the [CORS-preflight fetch] that fails.
///
/// [CORS check]: https://fetch.spec.whatwg.org/#concept-cors-check
/// [CORS-preflight fetch]: https://fetch.spec.whatwg.org/#cors-preflight-fetch
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal<'r> {
    /// The policy does not list the origin.
    Origin,
    /// The request has several `Origin` fields, which no browser sends.
    SeveralOrigins,
    /// The credentials mode is `include`, and the policy does not allow credentials.
    Credentials,
    /// The method that the preflight asks about is neither [CORS-safelisted] nor listed.
    ///
    /// [CORS-safelisted]: https://fetch.spec.whatwg.org/#cors-safelisted-method
    Method {
        /// As the request has it.
        method: &'r [u8],
    },
    /// The request has several `Access-Control-Request-Method` fields, which no browser sends.
    SeveralMethods,
    /// A header that the preflight asks about is not listed.
    Header {
        /// As the request has it; the first such name.
        name: &'r [u8],
    },
    /// The `Access-Control-Request-Headers` fields are longer than [`Policy::longest_request_headers`]:
    /// they were not read to the end.
    TooLong,
}

/// The reason in a few words. Names that a request has sent are shown escaped, and not beyond 64 bytes.
impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn shown(name: &[u8]) -> core::slice::EscapeAscii<'_> {
            name.get(..64).unwrap_or(name).escape_ascii()
        }
        match self {
            Self::Origin => f.write_str("the origin is not listed"),
            Self::SeveralOrigins => f.write_str("there are several origins"),
            Self::Credentials => f.write_str("credentials are not allowed"),
            Self::Method { method } => write!(f, "the method `{}` is not listed", shown(method)),
            Self::SeveralMethods => f.write_str("several methods are asked about"),
            Self::Header { name } => write!(f, "the header `{}` is not listed", shown(name)),
            Self::TooLong => f.write_str("too many headers are asked about"),
        }
    }
}

impl core::error::Error for Refusal<'_> {}

impl Policy {
    /// Why a browser would refuse the request when it has this policy's answer; `None` if it would not,
    /// and for a request without `Origin`, which it does not ask about.
    ///
    /// The second argument are the values of the request's `Access-Control-Request-Headers` fields; they
    /// matter to a [preflight](Request::is_preflight) only. They are understood in whatever form they
    /// come: sorted or not, with white space, in any case, repeated, empty, spread over several fields.
    ///
    /// It follows the standard: methods compare case-sensitively, and `GET`, `HEAD` and `POST` need no
    /// listing; header names compare without regard to case; `*` stands for every method or name, except
    /// for `Authorization`, and never with credentials. What no header tells is left aside: a request with
    /// an upload listener may use its method under a policy that lists none (step 7.4).
    ///
    /// [`decide`](Self::decide) has no part in this, nor it in the decision: the server's answer to a
    /// preflight is the same whatever it asks about. This is for logs, metrics and tests. It allocates
    /// nothing, and does not read beyond [`longest_request_headers`](Self::longest_request_headers).
    ///
    /// # Examples
    ///
    /// ```
    /// # mod compiled { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/compiler/tests/golden/rust/shop/cors_policies.rs")); }
    /// # use compiled::STOREFRONT;
    /// use cors_policy::{Refusal, Request};
    ///
    /// let preflight = Request::new("OPTIONS")
    ///     .origin("https://www.shop.example")
    ///     .access_control_request_method("PUT");
    ///
    /// assert_eq!(STOREFRONT.refusal(&preflight, ["content-type,x-csrf-token"]), None);
    /// let refusal = STOREFRONT.refusal(&preflight, ["content-type,x-debug"]);
    /// assert_eq!(refusal, Some(Refusal::Header { name: b"x-debug" }));
    /// assert_eq!(refusal.unwrap().to_string(), "the header `x-debug` is not listed");
    /// ```
    pub fn refusal<'r, V: AsRef<[u8]> + ?Sized + 'r>(
        &self,
        request: &Request<'r>,
        access_control_request_headers: impl IntoIterator<Item = &'r V>,
    ) -> Option<Refusal<'r>> {
        match (&self.access, request.origin_values()) {
            (_, Values::Absent) => return None,
            (Access::Listed(_), Values::Several) => return Some(Refusal::SeveralOrigins),
            (Access::Listed(origins), Values::One(origin)) if !origins.contains(origin) => {
                return Some(Refusal::Origin);
            }
            _ => {}
        }
        // An answer that says `*` fails the CORS check with credentials, and so does one that does not
        // say `Access-Control-Allow-Credentials: true`.
        if request.includes_credentials() && self.value(Field::AllowCredentials).is_empty() {
            return Some(Refusal::Credentials);
        }
        if !request.is_preflight() {
            return None;
        }
        self.method_refusal(request).or_else(|| self.header_refusal(access_control_request_headers))
    }

    /// The most bytes of `Access-Control-Request-Headers` fields that [`refusal`](Self::refusal) reads,
    /// separators between fields included: twice the length of the policy's own list and 64 more, which
    /// leaves room for white space and repetitions; 64 KiB if the list has a `*`. Browsers ask for each name once,
    /// without white space: with a list, what is longer has a name that the list has not.
    #[must_use]
    pub fn longest_request_headers(&self) -> usize {
        let list = self.value(Field::AllowHeaders);
        if names(list).any(|name| name == "*") { 64 * 1024 } else { 2 * list.len() + 64 }
    }

    /// CORS-preflight fetch, step 7.5.
    fn method_refusal<'r>(&self, request: &Request<'r>) -> Option<Refusal<'r>> {
        let method = match request.method_asked_for() {
            Values::Absent => return None,
            Values::One(method) => method,
            Values::Several => return Some(Refusal::SeveralMethods),
        };
        let is_safelisted = matches!(method, b"GET" | b"HEAD" | b"POST");
        let is_listed = || names(self.value(Field::AllowMethods)).any(|name| name == "*" || name.as_bytes() == method);
        if is_safelisted || is_listed() { None } else { Some(Refusal::Method { method }) }
    }

    /// CORS-preflight fetch, steps 7.6 and 7.7.
    fn header_refusal<'r, V: AsRef<[u8]> + ?Sized + 'r>(
        &self,
        values: impl IntoIterator<Item = &'r V>,
    ) -> Option<Refusal<'r>> {
        let list = self.value(Field::AllowHeaders);
        let has_wildcard = names(list).any(|name| name == "*");
        let mut left = self.longest_request_headers();
        for (index, value) in values.into_iter().enumerate() {
            // The comma between two fields.
            let Some(rest) = left.checked_sub(usize::from(index > 0)) else { return Some(Refusal::TooLong) };
            let value = value.as_ref();
            let read = value.get(..rest).unwrap_or(value);
            // A name that is cut off is not looked at.
            let whole =
                if read.len() == value.len() { read.len() } else { read.iter().rposition(|b| *b == b',').unwrap_or(0) };
            for name in items(read.get(..whole).unwrap_or(read)) {
                let is_covered = has_wildcard && !name.eq_ignore_ascii_case(b"authorization");
                if !is_covered && !holds(list, name) {
                    return Some(Refusal::Header { name });
                }
            }
            left = match rest.checked_sub(value.len()) {
                Some(left) => left,
                None => return Some(Refusal::TooLong),
            };
        }
        None
    }

    /// What a preflight's answer says in a header; nothing if it has none.
    fn value(&self, field: Field) -> &'static str {
        self.preflight.iter().find(|(known, _)| *known == field).map_or("", |(_, value)| value)
    }
}

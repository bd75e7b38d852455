//! Header names: <https://fetch.spec.whatwg.org/#headers-class> and what CORS says of them.

use super::is_token;

/// A field name ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-field-names)), lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderName(String);

impl HeaderName {
    /// Reads a field name in any case; `None` if it is not a token.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        is_token(text).then(|| Self(text.to_ascii_lowercase()))
    }
}

impl AsRef<str> for HeaderName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Whether a script can never set this request header: a
/// [forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header) name, lower case.
#[must_use]
pub fn is_forbidden_request_header(name: &str) -> bool {
    matches!(
        name,
        "accept-charset"
            | "accept-encoding"
            | "access-control-request-headers"
            | "access-control-request-method"
            | "connection"
            | "content-length"
            | "cookie"
            | "cookie2"
            | "date"
            | "dnt"
            | "expect"
            | "host"
            | "keep-alive"
            | "origin"
            | "referer"
            | "set-cookie"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "via"
    ) || name.starts_with("proxy-")
        || name.starts_with("sec-")
}

/// Whether a script can never read this response header: a
/// [forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name), lower case.
#[must_use]
pub fn is_forbidden_response_header_name(name: &str) -> bool {
    matches!(name, "set-cookie" | "set-cookie2")
}

/// Whether the name, lower case, has a meaning in responses only, so that asking leave to send it is a mistake.
#[must_use]
pub fn is_response_only(name: &str) -> bool {
    name.starts_with("access-control-allow-")
        || matches!(
            name,
            "accept-ranges"
                | "access-control-expose-headers"
                | "access-control-max-age"
                | "age"
                | "content-security-policy"
                | "etag"
                | "location"
                | "retry-after"
                | "server"
                | "strict-transport-security"
                | "timing-allow-origin"
                | "vary"
                | "www-authenticate"
                | "x-content-type-options"
                | "x-frame-options"
        )
}

/// Whether the name, lower case, is one of the request headers of the CORS protocol itself.
#[must_use]
pub fn is_cors_request_header(name: &str) -> bool {
    name == "origin" || name.starts_with("access-control-request-")
}

/// Whether a script may read this response header anyway: a
/// [CORS-safelisted response-header name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name), lower case.
#[must_use]
pub fn is_cors_safelisted_response_header_name(name: &str) -> bool {
    matches!(
        name,
        "cache-control"
            | "content-language"
            | "content-length"
            | "content-type"
            | "expires"
            | "last-modified"
            | "pragma"
    )
}

/// Whether a script may send this request header without leave, as long as its value is an ordinary one:
/// a [CORS-safelisted request-header](https://fetch.spec.whatwg.org/#cors-safelisted-request-header), lower
/// case. `Content-Type` is not here: it is safelisted for the types of HTML forms only.
#[must_use]
pub fn is_cors_safelisted_request_header(name: &str) -> bool {
    matches!(name, "accept" | "accept-language" | "content-language" | "range")
}

/// Whether `*` does not cover this request header: a
/// [CORS non-wildcard request-header name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name),
/// lower case.
#[must_use]
pub fn is_cors_non_wildcard_request_header_name(name: &str) -> bool {
    name == "authorization"
}

/// Whether frameworks replace a request's method by the value of this header, lower case.
///
/// [Fetch](https://fetch.spec.whatwg.org/#forbidden-request-header) forbids them to carry a forbidden method.
#[must_use]
pub fn is_method_override(name: &str) -> bool {
    matches!(name, "x-http-method" | "x-http-method-override" | "x-method-override")
}

/// Whether this response header, lower case, usually carries a secret. Tokens against request forgery are
/// no secret to the pages that must send them back.
#[must_use]
pub fn is_usually_secret(name: &str) -> bool {
    matches!(
        name,
        "access-token"
            | "api-key"
            | "apikey"
            | "authorization"
            | "proxy-authorization"
            | "refresh-token"
            | "x-access-token"
            | "x-amz-security-token"
            | "x-api-key"
            | "x-auth-token"
            | "x-id-token"
            | "x-refresh-token"
            | "x-session-id"
            | "x-session-token"
            | "x-subject-token"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens_in_lower_case() {
        for (text, expected) in [
            ("X-CSRF-Token", Some("x-csrf-token")),
            ("content-type", Some("content-type")),
            ("", None),
            ("x y", None),
            ("x:y", None),
            ("x\r\ny", None),
            ("é", None),
        ] {
            assert_eq!(HeaderName::new(text).as_ref().map(AsRef::as_ref), expected, "{text:?}");
        }
    }

    #[test]
    fn prefixes_are_forbidden_whole() {
        for (name, expected) in
            [("sec-fetch-site", true), ("proxy-x", true), ("secret", false), ("authorization", false)]
        {
            assert_eq!(is_forbidden_request_header(name), expected, "{name}");
        }
    }
}

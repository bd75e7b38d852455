//! The vocabulary of the Fetch standard, RFC 9110 and RFC 6454 that policies are written in.

pub mod header_name;
pub mod host;
pub mod method;
pub mod pattern;
pub mod public_suffix;
pub mod punycode;

/// Whether `text` is a [token](https://www.rfc-editor.org/rfc/rfc9110#name-tokens): the grammar of
/// methods and field names.
#[must_use]
pub fn is_token(text: &str) -> bool {
    let is_tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(is_tchar)
}

/// Which property of a request was refused: what a step of the
/// [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check) or of the
/// [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch) says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The origin is not allowed.
    Origin,
    /// The origin is, but not with credentials.
    Credentials,
    /// The preflight's status is not an ok status.
    Status,
    /// The method is not allowed.
    Method,
    /// A request header is not allowed.
    Header,
}

impl Refusal {
    /// What a policy can refuse, by the words of `tests`. A status is the server's own affair.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("origin", Self::Origin),
        ("method", Self::Method),
        ("header", Self::Header),
        ("credentials", Self::Credentials),
    ];
}

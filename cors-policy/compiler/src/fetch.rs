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

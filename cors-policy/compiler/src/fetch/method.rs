//! Methods: <https://fetch.spec.whatwg.org/#methods>.

use super::is_token;

/// A method that a script can send and a policy can list: a token, normalized, not forbidden.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Method(String);

/// Why a text is not a [`Method`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodFault {
    /// Not a token.
    NotAToken,
    /// A [forbidden method](https://fetch.spec.whatwg.org/#forbidden-method).
    Forbidden,
    /// In lower or mixed case, but not one that browsers normalize: it never equals the upper-case one.
    Unnormalized,
}

impl Method {
    /// Reads a method as a policy may list it. The six names that browsers normalize may be in any case.
    ///
    /// # Errors
    /// See [`MethodFault`].
    pub fn new(text: &str) -> Result<Self, MethodFault> {
        let method = normalize(text);
        if !is_token(&method) {
            Err(MethodFault::NotAToken)
        } else if is_forbidden_method(&method) {
            Err(MethodFault::Forbidden)
        } else if REGISTERED.contains(&method.to_ascii_uppercase().as_str()) && !REGISTERED.contains(&method.as_str()) {
            Err(MethodFault::Unnormalized)
        } else {
            Ok(Self(method))
        }
    }
}

impl AsRef<str> for Method {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// [Normalizes](https://fetch.spec.whatwg.org/#concept-method-normalize) a method: six names are
/// upper-cased, everything else is left alone.
#[must_use]
pub fn normalize(method: &str) -> String {
    let upper = method.to_ascii_uppercase();
    match upper.as_str() {
        "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" => upper,
        _ => method.to_owned(),
    }
}

/// Whether `method` is a [CORS-safelisted method](https://fetch.spec.whatwg.org/#cors-safelisted-method):
/// a browser never asks leave for it. Methods are case-sensitive.
#[must_use]
pub fn is_cors_safelisted_method(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "POST")
}

/// Whether `method` is a [forbidden method](https://fetch.spec.whatwg.org/#forbidden-method), in any case.
#[must_use]
pub fn is_forbidden_method(method: &str) -> bool {
    ["CONNECT", "TRACE", "TRACK"].iter().any(|forbidden| method.eq_ignore_ascii_case(forbidden))
}

/// Methods for which scripts usually send a body, beyond the CORS-safelisted `POST`.
#[must_use]
pub fn has_a_body(method: &str) -> bool {
    matches!(method, "PATCH" | "PUT" | "QUERY" | "REPORT" | "SEARCH")
}

/// The registered method that is one edit away from `method`, if `method` is not registered itself.
#[must_use]
pub fn misspelling_of(method: &str) -> Option<&'static str> {
    let upper = method.to_ascii_uppercase();
    let known = REGISTERED.contains(&upper.as_str()) || UNREGISTERED.contains(&upper.as_str());
    if known { None } else { REGISTERED.into_iter().find(|registered| is_one_edit(&upper, registered)) }
}

/// Whether one letter inserted, deleted or replaced, or two neighbours swapped, turn `a` into `b`.
fn is_one_edit(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let before = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[before..], &b[before..]);
    let after = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - after], &b[..b.len() - after]) {
        ([_], [_] | []) | ([], [_]) => true,
        ([x, y], [z, w]) => x == w && y == z,
        _ => false,
    }
}

/// Methods that are in no registry, but in use, and near to one that is registered.
const UNREGISTERED: [&str; 6] = ["BCOPY", "BDELETE", "BMOVE", "BPROPFIND", "BPROPPATCH", "READ"];

/// The methods of the IANA registry that scripts can send and that people write by hand. A lower-case
/// spelling of one of them is taken for a mistake, any other case-sensitive token for a method of its own.
const REGISTERED: [&str; 40] = [
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LABEL",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "OPTIONS",
    "ORDERPATCH",
    "PATCH",
    "POST",
    "PRI",
    "PROPFIND",
    "PROPPATCH",
    "PURGE",
    "PUT",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
    "NOTIFY",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_misspelled_if_one_letter_is_amiss() {
        for (method, expected) in [
            ("PACTH", Some("PATCH")),
            ("DELET", Some("DELETE")),
            ("PUTT", Some("PUT")),
            ("PUUT", Some("PUT")),
            ("pacth", Some("PATCH")),
            ("OPTION", Some("OPTIONS")),
            ("PROPFIMD", Some("PROPFIND")),
            ("PUT", None),
            ("LIST", None),
            ("PUSH", None),
            ("BAN", None),
            ("SUBSCRIBE", None),
            ("BCOPY", None),
            ("frobnicate", None),
        ] {
            assert_eq!(misspelling_of(method), expected, "{method}");
        }
    }

    #[test]
    fn methods_are_read_as_browsers_send_them() {
        for (text, expected) in [
            ("PUT", Ok("PUT")),
            ("put", Ok("PUT")),
            ("PATCH", Ok("PATCH")),
            ("patch", Err(MethodFault::Unnormalized)),
            ("Patch", Err(MethodFault::Unnormalized)),
            ("frobnicate", Ok("frobnicate")),
            ("Trace", Err(MethodFault::Forbidden)),
            ("CONNECT", Err(MethodFault::Forbidden)),
            ("", Err(MethodFault::NotAToken)),
            ("A B", Err(MethodFault::NotAToken)),
            ("résumé", Err(MethodFault::NotAToken)),
            ("GET\r\nX: y", Err(MethodFault::NotAToken)),
        ] {
            assert_eq!(Method::new(text).as_ref().map(AsRef::as_ref), expected.as_ref().copied(), "{text:?}");
        }
    }
}

//! The lists and the numbers that a policy answers, compared as a browser reads them.

use std::collections::BTreeSet;

use cors_compiler::fetch::header_name::{
    is_cors_non_wildcard_request_header_name, is_cors_safelisted_response_header_name,
};
use cors_compiler::fetch::method::is_cors_safelisted_method;
use cors_compiler::ir::Policy;
use cors_compiler::judgement::is_asked_for;
use cors_compiler::reference::Headers;
use cors_compiler::source::Place;

/// A response header that the policy fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Methods,
    Headers,
    Exposed,
    MaxAge,
    PrivateNetwork,
}

/// How two values differ.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) what: String,
    /// Whether a browser can tell.
    pub(crate) is_seen: bool,
}

impl List {
    /// Those of a preflight's answer, or of an actual response.
    pub(crate) fn of(preflight: bool) -> &'static [Self] {
        match preflight {
            true => &[Self::Methods, Self::Headers, Self::MaxAge, Self::PrivateNetwork],
            false => &[Self::Exposed],
        }
    }

    fn header(self) -> &'static str {
        match self {
            Self::Methods => "access-control-allow-methods",
            Self::Headers => "access-control-allow-headers",
            Self::Exposed => "access-control-expose-headers",
            Self::MaxAge => "access-control-max-age",
            Self::PrivateNetwork => "access-control-allow-private-network",
        }
    }

    /// Where the policy says what it is; its name if it says nothing.
    pub(crate) fn place(self, policy: &Policy) -> Place {
        let place = match self {
            Self::Methods => policy.allow_methods.place,
            Self::Headers => policy.allow_headers.place,
            Self::Exposed => policy.expose_headers.place,
            Self::MaxAge => policy.max_age.as_ref().map(Place::from),
            Self::PrivateNetwork => policy.allow_private_network,
        };
        place.unwrap_or(policy.name.place)
    }

    /// Whether naming it changes nothing (Fetch's safelists).
    fn is_safe(self, name: &str) -> bool {
        match self {
            Self::Methods => is_cors_safelisted_method(name),
            Self::Headers => !is_asked_for(name),
            Self::Exposed => is_cors_safelisted_response_header_name(name),
            Self::MaxAge | Self::PrivateNetwork => false,
        }
    }

    /// What a browser makes of a field's values.
    fn read(self, headers: &Headers) -> BTreeSet<String> {
        let items = headers.all(self.header()).flat_map(|value| value.split(','));
        let items = items.map(str::trim).filter(|item| !item.is_empty());
        match self {
            Self::Headers | Self::Exposed => items.map(str::to_ascii_lowercase).collect(),
            Self::Methods | Self::PrivateNetwork => items.map(str::to_owned).collect(),
            // Numbers compare as numbers.
            Self::MaxAge => {
                items.map(|item| item.parse::<u64>().map_or_else(|_| item.to_owned(), |n| n.to_string())).collect()
            }
        }
    }
}

/// How the server's value differs from the policy's, if it does.
pub(crate) fn compare(list: &List, expected: &Headers, real: &Headers, credentials: bool) -> Option<Difference> {
    let (expected, real) = (list.read(expected), list.read(real));
    if expected == real {
        return None;
    }
    // Where `*` is a wildcard, it covers every name but `Authorization`.
    let is_wild = |names: &BTreeSet<String>| !credentials && names.contains("*");
    let both = is_wild(&expected) && is_wild(&real);
    let covered = |name: &str| both && !(*list == List::Headers && is_cors_non_wildcard_request_header_name(name));
    let is_seen = |name: &&String| !list.is_safe(name) && !covered(name);
    let missing: Vec<&str> = expected.difference(&real).map(String::as_str).collect();
    let extra: Vec<&str> = real.difference(&expected).map(String::as_str).collect();
    let mut what = format!("{} is not the policy's:", list.header());
    for (names, how) in [(&missing, "lacks"), (&extra, "has")] {
        if !names.is_empty() {
            what.push_str(&format!(" it {how} {}", names.join(", ")));
        }
    }
    let seen = expected.symmetric_difference(&real).any(|name| is_seen(&name));
    Some(Difference { what, is_seen: seen })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_compare_as_browsers_read_them() {
        for (list, expected, real, credentials, seen) in [
            (List::Methods, "PUT, PATCH", "PATCH,PUT", true, None),
            (List::Methods, "PUT", "PUT, GET, POST", true, Some(false)),
            (List::Methods, "PUT", "put", true, Some(true)),
            (List::Methods, "*", "*, PUT", false, Some(false)),
            (List::Methods, "PUT", "*", false, Some(true)),
            (List::Headers, "x-a", "X-A", true, None),
            (List::Headers, "x-a", "x-a, Accept", true, Some(false)),
            (List::Headers, "*", "*, authorization", false, Some(true)),
            (List::Headers, "x-a, x-b", "x-a", true, Some(true)),
            (List::Exposed, "etag", "ETag, Content-Type", true, Some(false)),
            (List::MaxAge, "600", "0600", true, None),
            (List::MaxAge, "600", "60", true, Some(true)),
        ] {
            let headers = |value| Headers::from([(list.header(), value)]);
            let found = compare(&list, &headers(expected), &headers(real), credentials);
            assert_eq!(found.map(|difference| difference.is_seen), seen, "{list:?} {expected} {real}");
        }
    }
}

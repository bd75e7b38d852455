//! Public suffixes (<https://publicsuffix.org>): the names under which strangers register names.
//!
//! Only with the feature `suffixes`. The list takes some seconds to compile, and the macros do without:
//! what it is needed for is left to `cors check`.

/// Whether `name` is a public suffix, of registries (`co.uk`) or of private hosts (`github.io`). `false`
/// for names that the list does not know, such as those of a private network.
#[must_use]
pub fn is_public_suffix(name: &str) -> bool {
    lookup(name).is_some_and(|suffix| suffix == name.trim_end_matches('.'))
}

/// The registrable domain on which an origin is: its public suffix and one label more.
#[must_use]
pub fn site(origin: &str) -> Option<&str> {
    let (_, rest) = origin.split_once("://")?;
    let host = rest.split(':').next()?;
    let before = host.strip_suffix(lookup(host)?)?.strip_suffix('.')?;
    host.get(before.rfind('.').map_or(0, |dot| dot + 1)..)
}

/// The public suffix of a host, if the list knows one.
#[cfg(feature = "suffixes")]
fn lookup(host: &str) -> Option<&str> {
    let host = host.trim_end_matches('.');
    let suffix = psl::suffix(host.as_bytes()).filter(psl::Suffix::is_known)?;
    host.get(host.len().checked_sub(suffix.as_bytes().len())?..)
}

#[cfg(not(feature = "suffixes"))]
fn lookup(_: &str) -> Option<&str> {
    None
}

/// Public suffixes of hosting that stand below registered names: a class of labels may admit their
/// strangers without a word of them.
pub const KNOWN_BELOW_NAMES: [&str; 9] = [
    "s3.us-east-1.amazonaws.com",
    "s3.amazonaws.com",
    "execute-api.us-east-1.amazonaws.com",
    "us-east-1.compute.amazonaws.com",
    "auth.us-east-1.amazoncognito.com",
    "us-east-1.elasticbeanstalk.com",
    "blob.core.windows.net",
    "web.core.windows.net",
    "a.run.app",
];

/// Whether the list is there.
pub const KNOWN: bool = cfg!(feature = "suffixes");

#[cfg(all(test, feature = "suffixes"))]
mod tests {
    use super::*;

    #[test]
    fn known_suffixes_are_on_the_list() {
        for suffix in KNOWN_BELOW_NAMES {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
    }

    #[test]
    fn a_site_is_what_somebody_registers() {
        for (origin, expected) in [
            ("https://a.b.example.com:8443", Some("example.com")),
            ("https://a.github.io", Some("a.github.io")),
            ("https://co.uk", None),
            ("https://examplexcom", None),
            ("http://localhost", None),
        ] {
            assert_eq!(site(origin), expected, "{origin}");
        }
    }

    #[test]
    fn both_sections_of_the_list_count() {
        for (name, expected) in [
            ("com", true),
            ("co.uk", true),
            ("github.io", true),
            ("vercel.app", true),
            ("example.com", false),
            ("a.github.io", false),
            ("localhost", false),
            ("internal", false),
            ("com.", true),
        ] {
            assert_eq!(is_public_suffix(name), expected, "{name}");
        }
    }
}

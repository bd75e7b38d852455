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

/// Whether the list is there.
pub const KNOWN: bool = cfg!(feature = "suffixes");

#[cfg(all(test, feature = "suffixes"))]
mod tests {
    use super::*;

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

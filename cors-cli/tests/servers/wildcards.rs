//! What may stand where a wildcard is, and what may not.

use cors_compiler::boundary::{Parts, samples};
use cors_compiler::fetch::pattern::{HostPattern, OriginPattern};

/// Labels around the limits of hashes and of the DNS.
const LABEL_64: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const LABEL_63: &str = LABEL_64.split_at(63).0;
const LABEL_47: &str = LABEL_64.split_at(47).0;

/// What stands where the wildcard is: nothing, one of each character class, more than one label.
pub(crate) fn around_the_wildcard(pattern: &OriginPattern) -> Vec<String> {
    let OriginPattern::Tuple { scheme, host, .. } = pattern else { return Vec::new() };
    let (before, after) = match host {
        HostPattern::Exact(_) => return Vec::new(),
        HostPattern::Subdomains { suffix } => (String::new(), format!(".{suffix}")),
        HostPattern::Label { before, after, suffix } => (before.clone(), format!("{after}.{suffix}")),
    };
    let fillings = [
        "",
        "z",
        "-",
        "_",
        "--",
        "0",
        "Z",
        "a.b",
        "a..b",
        ".a",
        "a.",
        ".",
        "*",
        "a:1",
        "a/b",
        "a%2eb",
        "\u{e9}",
        "a b",
        "a,b",
        "a@b",
        "[",
        "~",
        "a!",
        "=",
        "a.=",
        "x.https",
        "a_b-c",
        "a.b.c.d.e.f.g.h",
        LABEL_47,
        LABEL_63,
        LABEL_64,
    ];
    let port = samples(pattern).first().map(|parts| parts.port.clone()).unwrap_or_default();
    fillings.map(|filling| format!("{scheme}://{before}{filling}{after}{port}")).to_vec()
}

/// Origins around the longest one that the policy can allow, made by repeating what stands for `*`.
pub(crate) fn around_the_longest(pattern: &OriginPattern, longest: usize) -> Vec<String> {
    let OriginPattern::Tuple { host: HostPattern::Subdomains { .. } | HostPattern::Label { .. }, .. } = pattern else {
        return Vec::new();
    };
    let Some(sample) = samples(pattern).pop() else { return Vec::new() };
    let sample_length = sample.to_string().len();
    let before = if let OriginPattern::Tuple { host: HostPattern::Label { before, .. }, .. } = pattern {
        before.len()
    } else {
        0
    };
    let of_length = |length: usize| {
        let (head, tail) = sample.host.split_at(before);
        let host = format!("{head}{}{tail}", "a".repeat(length.checked_sub(sample_length)?));
        Some(Parts { host, ..sample.clone() }.to_string())
    };
    [longest - 1, longest, longest + 1, 1000].into_iter().filter_map(of_length).collect()
}

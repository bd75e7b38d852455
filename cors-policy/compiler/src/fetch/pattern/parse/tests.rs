//! Entries, the rules they break, and what each correction makes of them.

use super::*;
use crate::diagnostic::code::{ORIGIN_DEFAULT_PORT, ORIGIN_INVALID_PORT, ORIGIN_NON_ASCII};

#[test]
fn valid_entries_print_as_they_are_written() {
    for text in [
        "null",
        "https://a.example",
        "https://a.example:8443",
        "http://localhost:*",
        "http://localhost:3000-3999",
        "http://[::1]:*",
        "https://*.a.example",
        "https://*.a.example:8443",
        "https://*.xn--bcher-kva.example",
        "https://pr-*.a.example",
        "https://*-team.host.example",
        "https://a-*-b.host.example",
        "capacitor://localhost",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "https://a.example.",
        "http://127.0.0.1",
        "https://a_b.example",
    ] {
        assert_eq!(parse(text).map(|pattern| pattern.to_string()), Ok(text.to_owned()), "{text}");
    }
}

/// The rows: an entry, the rules it breaks, what each fix makes of it.
#[test]
fn faults_are_named_and_fixed() {
    type Row<'t> = (&'t str, &'t [(&'t Code, Option<&'t str>)]);
    let table: &[Row<'_>] = &[
        ("example.com", &[(&ORIGIN_WITHOUT_SCHEME, Some("https://example.com"))]),
        ("//example.com", &[(&ORIGIN_WITHOUT_SCHEME, Some("https://example.com"))]),
        ("localhost:3000", &[(&ORIGIN_WITHOUT_SCHEME, Some("https://localhost:3000"))]),
        ("", &[(&ORIGIN_WITHOUT_SCHEME, None)]),
        ("ht_tp://a.example", &[(&ORIGIN_WITHOUT_SCHEME, None)]),
        ("https://a.com/", &[(&ORIGIN_WITH_PATH, Some("https://a.com"))]),
        ("https://a.com/x?y#z", &[(&ORIGIN_WITH_PATH, Some("https://a.com"))]),
        ("https://a.com?x", &[(&ORIGIN_WITH_PATH, Some("https://a.com"))]),
        ("https://u:p@a.com", &[(&ORIGIN_WITH_USERINFO, None)]),
        ("https://Example.com", &[(&ORIGIN_UPPERCASE, Some("https://example.com"))]),
        ("HTTPS://a.com", &[(&ORIGIN_UPPERCASE, Some("https://a.com"))]),
        ("https://a.com:443", &[(&ORIGIN_DEFAULT_PORT, Some("https://a.com"))]),
        ("http://a.com:80", &[(&ORIGIN_DEFAULT_PORT, Some("http://a.com"))]),
        ("https://a.com:0", &[(&ORIGIN_INVALID_PORT, None)]),
        ("https://a.com:65536", &[(&ORIGIN_INVALID_PORT, None)]),
        ("https://a.com:08080", &[(&ORIGIN_INVALID_PORT, None)]),
        ("https://a.com:", &[(&ORIGIN_INVALID_PORT, None)]),
        ("https://a.com:+80", &[(&ORIGIN_INVALID_PORT, None)]),
        ("https://a.com:4000-3000", &[(&ORIGIN_INVALID_PORT, None)]),
        ("https://*:", &[(&ORIGIN_INVALID_PORT, None), (&INVALID_WILDCARD, None)]),
        ("https://bücher.example", &[(&ORIGIN_NON_ASCII, Some("https://xn--bcher-kva.example"))]),
        ("https://*.bücher.example", &[(&ORIGIN_NON_ASCII, Some("https://*.xn--bcher-kva.example"))]),
        ("https://a\u{3002}example", &[(&ORIGIN_NON_ASCII, Some("https://a.example"))]),
        ("https://bu\u{308}cher.example", &[(&ORIGIN_NON_ASCII, None)]),
        ("https://\u{ff41}.example", &[(&ORIGIN_NON_ASCII, None)]),
        ("Example.com/", &[(&ORIGIN_WITHOUT_SCHEME, Some("https://example.com"))]),
        ("http:/a.example", &[(&ORIGIN_WITHOUT_SCHEME, Some("http://a.example"))]),
        ("https://a.com:3000-3000", &[(&ORIGIN_INVALID_PORT, None)]),
        ("https://", &[(&ORIGIN_INVALID_HOST, None)]),
        ("https://a..com", &[(&ORIGIN_INVALID_HOST, None)]),
        ("https://xn--a.com", &[(&ORIGIN_INVALID_HOST, None)]),
        ("https://a%2ecom", &[(&ORIGIN_INVALID_HOST, None)]),
        ("https://a:b:c", &[(&ORIGIN_INVALID_HOST, None)]),
        ("http://127.1", &[(&ORIGIN_NON_CANONICAL_IP, Some("http://127.0.0.1"))]),
        ("http://a.1", &[(&ORIGIN_NON_CANONICAL_IP, None)]),
        ("http://::1", &[(&ORIGIN_NON_CANONICAL_IP, Some("http://[::1]"))]),
        ("http://[0::1]", &[(&ORIGIN_NON_CANONICAL_IP, Some("http://[::1]"))]),
        ("http://[::ffff:1.2.3.4]", &[(&ORIGIN_NON_CANONICAL_IP, None)]),
        ("file:///etc", &[(&ORIGIN_OPAQUE_SCHEME, None)]),
        ("data:text/html", &[(&ORIGIN_OPAQUE_SCHEME, None)]),
        ("blob:https://a.com/x", &[(&ORIGIN_OPAQUE_SCHEME, None)]),
        ("https://a.com,https://b.com", &[(&ORIGIN_LIST_IN_STRING, None)]),
        ("https://a.com https://b.com", &[(&ORIGIN_LIST_IN_STRING, None)]),
        ("https://*", &[(&INVALID_WILDCARD, None)]),
        ("*://a.com", &[(&INVALID_WILDCARD, None)]),
        ("https://a.*.com", &[(&INVALID_WILDCARD, None)]),
        ("https://a.*", &[(&INVALID_WILDCARD, None)]),
        ("https://*.*.com", &[(&INVALID_WILDCARD, None)]),
        ("https://**.com", &[(&INVALID_WILDCARD, None)]),
        ("https://*.1.2.3.4", &[(&INVALID_WILDCARD, None)]),
        ("https://a.com:80*", &[(&INVALID_WILDCARD, None)]),
        (
            "https://Example.com:443/",
            &[
                (&ORIGIN_WITH_PATH, Some("https://Example.com:443")),
                (&ORIGIN_DEFAULT_PORT, Some("https://Example.com/")),
                (&ORIGIN_UPPERCASE, Some("https://example.com:443/")),
            ],
        ),
    ];
    for (text, expected) in table {
        let faults = parse(text).expect_err(text);
        let found: Vec<(&Code, Option<String>)> = faults
            .iter()
            .map(|fault| {
                let fixed = |new: &String| format!("{}{new}{}", &text[..fault.range.start], &text[fault.range.end..]);
                (fault.code, fault.replacement.as_ref().map(fixed))
            })
            .collect();
        let found: Vec<(&Code, Option<&str>)> = found.iter().map(|(code, fixed)| (*code, fixed.as_deref())).collect();
        assert_eq!(&found, expected, "{text}");
    }
}

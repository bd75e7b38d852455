//! Origins near the boundaries of every kind of entry.

mod common;

use common::{SANDBOX, STOREFRONT};
use cors_policy::Request;

fn is_allowed(origin: &[u8]) -> bool {
    let request = Request::new("GET").origin(origin);
    let decision = STOREFRONT.decide(&request);
    if let Some((_, echoed)) = decision.headers().next() {
        assert_eq!(echoed.as_bytes(), origin, "an origin is answered byte for byte");
    }
    decision.is_allowed()
}

#[track_caller]
fn assert_allowed(origins: &[&str]) {
    for origin in origins {
        assert!(is_allowed(origin.as_bytes()), "{origin}");
    }
}

#[track_caller]
fn assert_refused(origins: &[&str]) {
    for origin in origins {
        assert!(!is_allowed(origin.as_bytes()), "{origin}");
    }
}

#[test]
fn exact_origins() {
    assert_allowed(&[
        "https://www.shop.example",
        "https://checkout.partner.example:8443",
        "chrome-extension://abcdefgh",
    ]);
    assert_refused(&[
        "https://checkout.partner.example:844",
        "https://checkout.partner.example:84433",
        "https://checkout.partner.example:08443",
        "https://checkout.partner.example:+8443",
        "https://checkout.partner.example:",
        "https://checkout.partner.example",
        "https://checkoutXpartner.example:8443",
        "https://Checkout.partner.example:8443",
        "HTTPS://checkout.partner.example:8443",
        "https://checkout.partner.example.:8443",
        "https://checkout.partner.example:8443/",
        " https://checkout.partner.example:8443",
        "https://checkout.partner.example:8443 ",
        "https://checkout.partner.example:8443, https://evil.test",
        "https://evil.test https://checkout.partner.example:8443",
        "http://checkout.partner.example:8443",
        "checkout.partner.example:8443",
        "https://partner.example:8443",
        "https://x.checkout.partner.example:8443",
        "chrome-extension://abcdefg",
        "chrome-extension://abcdefghi",
        "null",
        "*",
        "https://",
        "://",
    ]);
}

#[test]
fn subdomains() {
    assert_allowed(&[
        "https://a.shop.example",
        "https://a.b.c.shop.example",
        "https://a_b-c9.shop.example",
        "https://-.shop.example",
        "https://shop.example.shop.example",
        "https://a.shop.example:8443",
    ]);
    assert_refused(&[
        "https://shop.example",
        "https://.shop.example",
        "https://a..shop.example",
        "https://.a.shop.example",
        "https://a.shop.example.",
        "https://evilshop.example",
        "https://aXshop.example",
        "https://a.shopXexample",
        "https://a.shop.example.evil.test",
        "https://a.shop.example:443",
        "https://a.shop.example:8444",
        "https://evil.test:1.shop.example",
        "https://evil.test:8443.shop.example:8443",
        "https://evil.test/.shop.example",
        "https://evil.test#.shop.example",
        "https://evil.test?.shop.example",
        "https://evil.test\\.shop.example",
        "https://user@a.shop.example",
        "https://A.shop.example",
        "https://a.Shop.example",
        "https://a b.shop.example",
        "https://\u{e4}.shop.example",
        "http://a.shop.example",
        "https:/a.shop.example",
    ]);
}

#[test]
fn a_wildcard_inside_one_label() {
    assert_allowed(&[
        "https://pr-1.preview.example",
        "https://pr-a_-9.preview.example",
        "https://pr--.preview.example",
        "https://x-team.host.example",
        "https://-team-team.host.example",
        "https://a-x-b.host.example",
        "https://a---b.host.example",
    ]);
    assert_refused(&[
        "https://pr-.preview.example",
        "https://pr.preview.example",
        "https://pr-1.x.preview.example",
        "https://x.pr-1.preview.example",
        "https://pr-1.preview.example:8443",
        "https://pr-1.preview.example.",
        "https://pr-1preview.example",
        "https://pr-1:1.preview.example",
        "https://PR-1.preview.example",
        "https://pr-A.preview.example",
        "https://-team.host.example",
        "https://a.x-team.host.example",
        // The text before and behind the wildcard may not share a character.
        "https://a-b.host.example",
        "https://a--b.host.example",
        "https://pr-preview.example",
    ]);
}

#[test]
fn any_port() {
    assert_allowed(&[
        "http://localhost",
        "http://localhost:1",
        "http://localhost:80",
        "http://localhost:10000",
        "http://localhost:65535",
        "http://[::1]",
        "http://[::1]:1",
        "http://[::1]:65535",
    ]);
    assert_refused(&[
        "http://localhost:",
        "http://localhost:0",
        "http://localhost:01",
        "http://localhost:00001",
        "http://localhost:65536",
        "http://localhost:99999",
        "http://localhost:100000",
        "http://localhost:4294967297",
        "http://localhost:+1",
        "http://localhost:-1",
        "http://localhost:1a",
        "http://localhost:1 ",
        "http://localhost:\u{661}",
        "http://localhost:1:1",
        "http://localhost::1",
        "http://localhost.",
        "http://localhost.:1",
        "http://localhost.evil.test",
        "http://localhostx",
        "http://xlocalhost",
        "http://localhost@evil.test:1",
        "http://localhost:1@evil.test",
        "http://localhost:1/",
        "https://localhost",
        "http://[::1]:",
        "http://[::1]:0",
        "http://[::1]:80]",
        "http://[::1",
        "http://[::1]x",
        "http://[::2]",
        "http://::1",
    ]);
}

#[test]
fn a_range_of_ports() {
    assert_allowed(&[
        "http://dev.example:3000",
        "http://dev.example:3999",
        "http://a.b.localhost:1",
        "http://a.localhost:65535",
    ]);
    assert_refused(&[
        "http://dev.example",
        "http://dev.example:",
        "http://dev.example:2999",
        "http://dev.example:4000",
        "http://dev.example:03000",
        "http://dev.example:30000",
        "http://dev.example:68536",
        "http://a.localhost",
        "http://a.localhost:0",
        "http://a.localhost:65536",
        "http://.localhost:1",
        "http://a:1.localhost:1",
    ]);
}

#[test]
fn an_origin_longer_than_the_longest_is_refused() {
    let of_length = |length: usize| format!("https://{}.shop.example", "a".repeat(length - 21));
    assert!(is_allowed(of_length(327).as_bytes()));
    assert!(!is_allowed(of_length(328).as_bytes()));
    assert!(!is_allowed(of_length(1 << 20).as_bytes()));
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    assert!(!is_allowed(b"\xff"));
    assert!(!is_allowed(b"https://\xff.shop.example"));
    assert!(!is_allowed(b"https://www.shop.example\0"));
    assert!(!is_allowed(b"http://localhost:\xb2"));
}

#[test]
fn the_opaque_origin_is_allowed_only_where_it_is_listed() {
    for (origin, allowed) in [("null", true), ("Null", false), ("nul", false), ("null ", false), ("nullx", false)] {
        assert_eq!(SANDBOX.decide(&Request::new("GET").origin(origin)).is_allowed(), allowed, "{origin}");
    }
}

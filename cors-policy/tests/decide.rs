//! Every row of the reference semantics: what is answered here, what is passed on, with which headers.

mod common;

use common::{ASSETS, SANDBOX, STOREFRONT};
use cors_policy::{Policy, RESPONSE_HEADERS, Request};

const SHOP: &str = "https://www.shop.example";
const EVIL: &str = "https://evil.test";

type Fields<'a> = &'a [(&'static str, &'a str)];

const PREFLIGHT: Fields<'static> = &[
    ("access-control-allow-origin", SHOP),
    ("access-control-allow-credentials", "true"),
    ("access-control-allow-methods", "DELETE, PATCH, PUT"),
    ("access-control-allow-headers", "content-type, x-csrf-token"),
    ("access-control-max-age", "7200"),
];
const ACTUAL: Fields<'static> = &[
    ("access-control-allow-origin", SHOP),
    ("access-control-allow-credentials", "true"),
    ("access-control-expose-headers", "etag, x-request-id"),
];
const OPEN_PREFLIGHT: Fields<'static> = &[("access-control-allow-origin", "*"), ("access-control-max-age", "86400")];
const OPEN_ACTUAL: Fields<'static> = &[("access-control-allow-origin", "*"), ("access-control-expose-headers", "*")];

fn preflight<'r>(origin: &'r str) -> Request<'r> {
    Request::new("OPTIONS").origin(origin).access_control_request_method("PUT")
}

#[track_caller]
fn assert_decision(policy: &Policy, request: &Request<'_>, status: Option<u16>, headers: Fields<'_>) {
    let decision = policy.decide(request);
    assert_eq!(decision.preflight_status(), status, "{request:?}");
    assert_eq!(decision.headers().collect::<Vec<_>>(), headers, "{request:?}");
    assert_eq!(decision.is_allowed(), !headers.is_empty(), "{request:?}");
    let varies = headers.first() != Some(&("access-control-allow-origin", "*"));
    assert_eq!(decision.vary(), varies.then_some("Origin"), "{request:?}");
}

#[test]
fn a_request_without_origin_is_passed_on_and_varies() {
    for method in ["GET", "POST", "OPTIONS", "PURGE", ""] {
        assert_decision(&STOREFRONT, &Request::new(method), None, &[]);
        assert_decision(&STOREFRONT, &Request::new(method).origin(""), None, &[]);
        let asks = Request::new(method).access_control_request_method("PUT");
        assert_decision(&STOREFRONT, &asks, None, &[]);
        assert_decision(&STOREFRONT, &asks.origin(""), None, &[]);
    }
}

#[test]
fn an_allowed_preflight_gets_204_and_the_full_lists() {
    assert_decision(&STOREFRONT, &preflight(SHOP), Some(204), PREFLIGHT);
    for asked in ["GET", "POST", "put", "TRACE", "*", "not a method"] {
        let request = Request::new("OPTIONS").origin(SHOP).access_control_request_method(asked);
        assert_decision(&STOREFRONT, &request, Some(204), PREFLIGHT);
    }
}

#[test]
fn a_refused_preflight_gets_403_and_no_cors_header() {
    assert_decision(&STOREFRONT, &preflight(EVIL), Some(403), &[]);
    assert_decision(&STOREFRONT, &preflight("null"), Some(403), &[]);
    assert_decision(&STOREFRONT, &preflight(EVIL).access_control_request_private_network("true"), Some(403), &[]);
}

#[test]
fn an_allowed_actual_request_is_passed_on() {
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
        assert_decision(&STOREFRONT, &Request::new(method).origin(SHOP), None, ACTUAL);
    }
}

#[test]
fn a_refused_actual_request_is_passed_on_without_cors_headers() {
    for method in ["GET", "POST", "DELETE", "OPTIONS"] {
        assert_decision(&STOREFRONT, &Request::new(method).origin(EVIL), None, &[]);
    }
}

#[test]
fn only_options_with_origin_and_a_method_is_a_preflight() {
    let asks = |method: &'static str, asked: &'static str| {
        Request::new(method).origin(SHOP).access_control_request_method(asked)
    };
    assert_decision(&STOREFRONT, &asks("GET", "PUT"), None, ACTUAL);
    assert_decision(&STOREFRONT, &asks("options", "PUT"), None, ACTUAL);
    assert_decision(&STOREFRONT, &asks("Options", "PUT"), None, ACTUAL);
    assert_decision(&STOREFRONT, &asks("OPTIONS", ""), None, ACTUAL);
    assert_decision(&STOREFRONT, &asks("OPTIONS", " "), Some(204), PREFLIGHT);
    // Of several values one that says something is enough.
    assert_decision(&STOREFRONT, &asks("OPTIONS", "").access_control_request_method("PUT"), Some(204), PREFLIGHT);
    assert_decision(&STOREFRONT, &asks("OPTIONS", "PUT").access_control_request_method(""), Some(204), PREFLIGHT);
}

#[test]
fn two_origins_are_refused_and_an_empty_one_does_not_count() {
    assert_decision(&STOREFRONT, &preflight(SHOP).origin(EVIL), Some(403), &[]);
    assert_decision(&STOREFRONT, &preflight(EVIL).origin(SHOP), Some(403), &[]);
    assert_decision(&STOREFRONT, &preflight(SHOP).origin(SHOP), Some(403), &[]);
    assert_decision(&STOREFRONT, &preflight(SHOP).origin(SHOP).origin(SHOP), Some(403), &[]);
    assert_decision(&STOREFRONT, &Request::new("GET").origin(SHOP).origin(SHOP), None, &[]);
    assert_decision(&STOREFRONT, &Request::new("GET").origin("").origin(SHOP).origin(""), None, ACTUAL);
}

#[test]
fn private_network_access_is_granted_when_asked_and_declared() {
    let granted = [PREFLIGHT, &[("access-control-allow-private-network", "true")]].concat();
    let asks = |value: &str| preflight(SHOP).access_control_request_private_network(value);
    assert_decision(&STOREFRONT, &asks("true"), Some(204), &granted);
    assert_decision(&STOREFRONT, &asks("no").access_control_request_private_network("true"), Some(204), &granted);
    for value in ["", "TRUE", "1", "true ", "false"] {
        assert_decision(&STOREFRONT, &asks(value), Some(204), PREFLIGHT);
    }
    let undeclared = preflight("null").access_control_request_private_network("true");
    assert_decision(&SANDBOX, &undeclared, Some(204), &[("access-control-allow-origin", "null")]);
    let actual = Request::new("GET").origin(SHOP).access_control_request_private_network("true");
    assert_decision(&STOREFRONT, &actual, None, ACTUAL);
}

#[test]
fn a_policy_open_to_everyone_answers_everyone_alike() {
    assert_decision(&ASSETS, &Request::new("GET"), None, OPEN_ACTUAL);
    assert_decision(&ASSETS, &Request::new("GET").origin(""), None, OPEN_ACTUAL);
    assert_decision(&ASSETS, &Request::new("OPTIONS").access_control_request_method("PUT"), None, OPEN_ACTUAL);
    let long = "x".repeat(1 << 20);
    for origin in [SHOP, EVIL, "null", "no origin at all", &long] {
        assert_decision(&ASSETS, &Request::new("GET").origin(origin), None, OPEN_ACTUAL);
        assert_decision(&ASSETS, &preflight(origin), Some(204), OPEN_PREFLIGHT);
        assert_decision(&ASSETS, &preflight(origin).origin(SHOP), Some(204), OPEN_PREFLIGHT);
    }
    assert_decision(&ASSETS, &Request::new("GET").origin(&[0xff, 0xfe]), None, OPEN_ACTUAL);
}

#[test]
fn every_header_that_is_sent_is_first_removed() {
    let asks = preflight(SHOP).access_control_request_private_network("true");
    for request in [asks, Request::new("GET").origin(SHOP)] {
        let sent: Vec<_> = STOREFRONT.decide(&request).headers().map(|(name, _)| name).collect();
        assert!(sent.iter().all(|name| RESPONSE_HEADERS.contains(name)), "{sent:?}");
    }
}

#[test]
fn a_policy_has_a_name() {
    assert_eq!(STOREFRONT.name(), "storefront");
}

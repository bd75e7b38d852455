//! CORS-preflight requests are answered by the layer, and only they.

use cors_policy::tower::CorsLayer;

use crate::common::{ASSETS, STOREFRONT};
use crate::harness::{EVIL, PLAIN, SHOP, ask, get, never_called, preflight, request};

#[tokio::test]
async fn an_allowed_preflight_gets_204_and_the_full_lists() {
    let answer = ask(CorsLayer::new(&STOREFRONT), never_called(), preflight("/", SHOP)).await;
    answer.assert(
        204,
        &[
            ("vary", "Origin"),
            ("access-control-allow-origin", SHOP),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "DELETE, PATCH, PUT"),
            ("access-control-allow-headers", "content-type, x-csrf-token"),
            ("access-control-max-age", "7200"),
        ],
    );
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_refused_preflight_gets_403_and_no_cors_header() {
    let answer = ask(CorsLayer::new(&STOREFRONT), never_called(), preflight("/", EVIL)).await;
    answer.assert(403, &[("vary", "Origin")]);
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_policy_open_to_everyone_refuses_no_preflight() {
    let answer = ask(CorsLayer::new(&ASSETS), never_called(), preflight("/", EVIL)).await;
    answer.assert(204, &[("access-control-allow-origin", "*"), ("access-control-max-age", "86400")]);
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn private_network_access_is_granted_when_asked_and_declared() {
    const NAME: &str = "access-control-allow-private-network";
    for (policy, value, granted) in [(&STOREFRONT, "true", true), (&STOREFRONT, "no", false), (&ASSETS, "true", false)]
    {
        let mut request = preflight("/", SHOP);
        request.headers_mut().insert("access-control-request-private-network", value.parse().unwrap());
        let answer = ask(CorsLayer::new(policy), never_called(), request).await;
        assert_eq!(answer.headers.contains_key(NAME), granted, "{} {value}", policy.name());
    }
}

#[tokio::test]
async fn two_origins_are_refused_and_an_empty_one_does_not_count() {
    for origins in [[SHOP, SHOP], [SHOP, EVIL], [EVIL, SHOP]] {
        let mut request = preflight("/", origins[0]);
        request.headers_mut().append("origin", origins[1].parse().unwrap());
        ask(CorsLayer::new(&STOREFRONT), never_called(), request).await.assert(403, &[("vary", "Origin")]);
    }
    let with_empty = get(&STOREFRONT, PLAIN, &[("origin", ""), ("origin", SHOP)]).await;
    assert_eq!(with_empty.headers["access-control-allow-origin"], SHOP);
}

#[tokio::test]
async fn an_options_request_that_is_no_preflight_is_passed_on() {
    for headers in [&[][..], &[("origin", SHOP)], &[("access-control-request-method", "PUT")]] {
        let answer = ask(CorsLayer::new(&STOREFRONT), PLAIN, request("OPTIONS", "/", headers)).await;
        assert_eq!(answer.body, "from upstream");
    }
}

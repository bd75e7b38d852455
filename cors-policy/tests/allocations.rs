//! A decision and its headers allocate nothing.

mod common;

use std::hint::black_box;

use common::{ASSETS, ROUTES, STOREFRONT};
use cors_policy::{Policy, Request};

fn decide(policy: &Policy, request: &Request<'_>) -> usize {
    let decision = black_box(policy).decide(black_box(request));
    let length: usize = decision.headers().map(|(name, value)| name.len() + value.len()).sum();
    length + decision.vary().map_or(0, str::len) + usize::from(decision.preflight_status().unwrap_or(0))
}

#[test]
fn deciding_allocates_nothing() {
    let long = "https://a.shop.example".repeat(1000);
    let origins =
        ["https://www.shop.example", "https://a.b.shop.example", "http://localhost:3000", "https://evil.test", &long];
    for origin in origins {
        let info = allocation_counter::measure(|| {
            let actual = Request::new("GET").origin(origin);
            let preflight = Request::new("OPTIONS")
                .origin(origin)
                .access_control_request_method("PUT")
                .access_control_request_private_network("true");
            for policy in [&STOREFRONT, &ASSETS] {
                black_box(decide(policy, &actual));
                black_box(decide(policy, &preflight));
                black_box(decide(policy, &Request::new("GET")));
            }
        });
        assert_eq!(info.count_total, 0, "{origin:.40}");
    }
}

#[test]
fn choosing_a_policy_allocates_nothing() {
    let info = allocation_counter::measure(|| {
        black_box(ROUTES.policy(black_box("/api/cart")));
        black_box(ROUTES.policy(black_box("/elsewhere")));
    });
    assert_eq!(info.count_total, 0);
}

#[test]
fn the_counter_counts() {
    let info = allocation_counter::measure(|| drop(black_box(String::from("x"))));
    assert_eq!(info.count_total, 1);
}

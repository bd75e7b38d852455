//! The examples run, and answer as their policies say.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod service;

use service::Service;

#[test]
fn axum_answers_by_routes() {
    let service = Service::start(env!("CARGO_BIN_EXE_axum"));
    service.check("/api/cart", "https://www.shop.example");
    let health = service.ask("GET", "/api/health", &[("Origin", "https://www.shop.example")]);
    assert!(health.starts_with("http/1.1 200") && !health.contains("access-control-"), "{health}");
}

#[test]
fn hyper_answers_by_its_policy() {
    Service::start(env!("CARGO_BIN_EXE_hyper")).check("/", "https://app.example.com");
}

#[test]
fn actix_answers_by_its_policy() {
    let service = Service::start(env!("CARGO_BIN_EXE_actix"));
    service.check("/", "https://app.example.com");
    let missing = service.ask("GET", "/missing", &[("Origin", "https://app.example.com")]);
    assert!(missing.starts_with("http/1.1 404"), "{missing}");
    assert!(missing.contains("\r\naccess-control-allow-origin: https://app.example.com"), "{missing}");
}

//! The example runs, and answers as its policies say. That its file is fresh is a test of `cors-cli`.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

#[path = "../../tests/service/mod.rs"]
mod service;

use service::Service;

#[test]
fn the_generated_file_answers_by_routes() {
    Service::start(env!("CARGO_BIN_EXE_generated")).check("/api/cart", "https://www.shop.example");
}

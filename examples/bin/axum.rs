//! An axum service whose routes in the policy file pick the policy.
//!
//! `cargo run -p cors-examples --bin axum`, then
//! `curl -i -H 'Origin: https://www.shop.example' http://127.0.0.1:8084/api/cart`

use axum::Router;
use axum::routing::{get, put};
use cors_policy::tower::CorsLayer;
use cors_policy::{Routes, cors_routes};

static ROUTES: Routes = cors_routes!("../policies/shop.yaml");

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8084".to_owned());
    let app = Router::new()
        .route("/api/cart", put(|| async { "saved\n" }).get(|| async { "three apples\n" }))
        .route("/api/catalogue/products", get(|| async { "apples, pears\n" }))
        .route("/api/health", get(|| async { "ok\n" }))
        .layer(CorsLayer::routes(&ROUTES));
    let listener = tokio::net::TcpListener::bind(&address).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}

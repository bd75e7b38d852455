//! An actix-web service, which is no tower service: a middleware asks the policy.
//!
//! `cargo run -p cors-examples --bin actix`, then
//! `curl -i -H 'Origin: https://app.example.com' http://127.0.0.1:8085/`

mod cors;

use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, HttpServer, web};
use cors_policy::{Policy, cors_policy};

static SPA: Policy = cors_policy!("../policies/spa.yaml", "spa");

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8085".to_owned());
    let server = HttpServer::new(|| {
        App::new()
            .wrap(from_fn(|request: ServiceRequest, next: Next<_>| cors::cors(&SPA, request, next)))
            .route("/", web::get().to(async || "hello\n"))
    })
    .bind(&address)?;
    for address in server.addrs() {
        eprintln!("listening on http://{address}");
    }
    server.run().await
}

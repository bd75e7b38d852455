//! A hyper service without the macros: what `cors compile` has written is checked in and reviewed, as
//! other code is, and the compiler of policies is no part of the build.
//!
//! `cargo run -p cors-example-generated`, then
//! `curl -i -H 'Origin: https://www.shop.example' http://127.0.0.1:8086/api/cart`
//!
//! After a change to the policy:
//! `cors compile policies/shop.yaml --target rust -o examples/generated/src/cors_policies.rs`.
//! In CI the same with `--check` tells whether somebody has forgotten that.

use std::convert::Infallible;

use bytes::Bytes;
use cors_policy::tower::CorsLayer;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tower::{Layer as _, service_fn};

#[rustfmt::skip]
mod cors_policies;

async fn cart(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("three apples\n")))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8086".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(CorsLayer::routes(&cors_policies::ROUTES).layer(service_fn(cart)));
        tokio::spawn(async move {
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
                eprintln!("connection: {error}");
            }
        });
    }
}

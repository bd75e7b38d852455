//! A bare hyper service behind the layer of one policy.
//!
//! `cargo run -p cors-examples --bin hyper`, then
//! `curl -i -H 'Origin: https://app.example.com' http://127.0.0.1:8081/`

use std::convert::Infallible;

use bytes::Bytes;
use cors_policy::tower::CorsLayer;
use cors_policy::{Policy, cors_policy};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tower::{Layer as _, service_fn};

static SPA: Policy = cors_policy!("../policies/spa.yaml", "spa");

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("hello\n")))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(CorsLayer::new(&SPA).layer(service_fn(hello)));
        tokio::spawn(async move {
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
                eprintln!("connection: {error}");
            }
        });
    }
}

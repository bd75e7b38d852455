//! A hyper server with the macro's policies in a `CorsLayer`, around a small reverse proxy.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;

use bytes::Bytes;
use cors_policy::tower::CorsLayer;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::handshake;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tower::ServiceBuilder;

use crate::listen::listen;
use crate::upstream::{CHOICE, DEAD, DEAD_ADDRESS};

/// Starts a server; it lives as long as the test process.
pub(crate) fn start(layer: CorsLayer, upstream: SocketAddr) -> SocketAddr {
    listen(move |stream| async move {
        let service = ServiceBuilder::new().layer(layer).service_fn(move |request| proxy(request, upstream));
        let (stream, service) = (TokioIo::new(stream), TowerToHyperService::new(service));
        // A connection that breaks is the client's to report.
        auto::Builder::new(TokioExecutor::new()).serve_connection(stream, service).await.ok();
    })
}

async fn proxy(request: Request<Incoming>, upstream: SocketAddr) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(pass_on(request, upstream).await.unwrap_or_else(|_| {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response
    }))
}

async fn pass_on(
    request: Request<Incoming>,
    upstream: SocketAddr,
) -> Result<Response<Full<Bytes>>, Box<dyn Error + Send + Sync>> {
    let dead = request.headers().get(CHOICE).is_some_and(|choice| choice == DEAD);
    let stream = tokio::net::TcpStream::connect(if dead { DEAD_ADDRESS } else { upstream }).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    Ok(Response::from_parts(head, Full::new(body.collect().await?.to_bytes())))
}

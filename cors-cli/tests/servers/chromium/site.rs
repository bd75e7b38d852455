//! A server of the test itself that answers by a function: the pages, the application, random answers.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use cors_compiler::reference;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;

use crate::listen::listen;

/// What a site answers.
pub(crate) type Answer = Response<Full<Bytes>>;

/// Starts a site; it lives as long as the test process. Without an answer it closes the connection.
pub(crate) fn start(answer: impl Fn(&Request<Incoming>) -> Option<Answer> + Send + Sync + 'static) -> SocketAddr {
    let answer = Arc::new(answer);
    listen(move |stream| {
        let answer = Arc::clone(&answer);
        async move {
            let service = service_fn(|request| {
                let answer = answer(&request);
                async { answer.ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionAborted)) }
            });
            // A connection that breaks is the client's to report.
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
        }
    })
}

/// The response with exactly these fields.
pub(crate) fn sent(answer: &reference::Response) -> Answer {
    let mut response = Answer::default();
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap();
    for (name, value) in &answer.headers.0 {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        response.headers_mut().append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value);
    }
    response
}

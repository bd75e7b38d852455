//! A connection in memory: a client that sends one request after the other, and hyper at the other end.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::service::TowerToHyperService;
use tower::{Service, ServiceExt as _};

use super::Boxed;
use crate::measure::Contender;

/// The service behind hyper's HTTP/1.1, as `axum::serve` has it, and that request again and again.
pub(super) fn serve<S>(service: S, request: &Request<()>) -> Boxed
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + 'static,
    S::Future: 'static,
{
    let wire = Rc::new(RefCell::new(Wire { request: text(request), ..Wire::default() }));
    let service = TowerToHyperService::new(service.map_request(|request: Request<Incoming>| request.map(Body::new)));
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(End(Rc::clone(&wire)), service);
    Some(Box::new(Connection { wire, connection: Box::pin(connection) }))
}

/// The request as it comes over the wire.
fn text(request: &Request<()>) -> Bytes {
    let mut text = format!("{} / HTTP/1.1\r\n", request.method()).into_bytes();
    for (name, value) in request.headers() {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    text.into()
}

/// A connection that stays open, and what goes over it.
struct Connection<F> {
    wire: Rc<RefCell<Wire>>,
    connection: Pin<Box<F>>,
}

#[derive(Default)]
struct Wire {
    request: Bytes,
    /// How many requests are still to come.
    left: usize,
    /// The server has read all of them and waits.
    idle: bool,
    answer: Vec<u8>,
}

impl<F: Future<Output = hyper::Result<()>>> Contender for Connection<F> {
    fn prepare(&mut self, count: usize) {
        let mut wire = self.wire.borrow_mut();
        (wire.left, wire.idle) = (count, false);
    }

    fn run(&mut self) {
        while !self.wire.borrow().idle {
            let ready = self.connection.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(ready.is_pending(), "the connection stays open: {ready:?}");
        }
    }

    fn allowed(&mut self) -> bool {
        self.prepare(1);
        self.run();
        let answer = String::from_utf8_lossy(&self.wire.borrow().answer).into_owned();
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        answer.contains("access-control-allow-origin: ")
    }
}

/// The server's end of the connection. The client sends one request at a time.
struct End(Rc<RefCell<Wire>>);

impl Read for End {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        let mut wire = self.0.borrow_mut();
        if wire.left == 0 {
            wire.idle = true;
            return Poll::Pending;
        }
        wire.left -= 1;
        buffer.put_slice(&wire.request);
        Poll::Ready(Ok(()))
    }
}

impl Write for End {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let mut wire = self.0.borrow_mut();
        wire.answer.clear();
        wire.answer.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

//! The upstream behind every server under test: the request's `x-upstream` chooses what it answers.
//!
//! [`answer`] is the same behaviour in-process, for the reference.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cors_compiler::reference::{Headers, Response};

/// The request header that chooses the behaviour.
pub(crate) const CHOICE: &str = "x-upstream";

/// What the upstream can do.
pub(crate) const BEHAVIOURS: [&str; 11] = [
    "none",
    "cors",
    "vary-origin",
    "vary-other",
    "vary-list",
    "vary-star",
    "vary-two",
    "not-found",
    "error",
    "redirect",
    "static",
];

/// The choice of an upstream that nobody can reach: the server in front of it must answer.
pub(crate) const DEAD: &str = "dead";

/// Where the dead upstream would be: a port of which nobody is known to listen.
pub(crate) const DEAD_ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

/// On everything that the upstream answers, and on nothing else.
pub(crate) const MARK: &str = "x-answered-by";

/// An upstream's own idea of CORS, every value different from every policy's.
const FOREIGN: [(&str, &str); 7] = [
    ("Access-Control-Allow-Origin", "https://foreign.test"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "FOREIGN"),
    ("Access-Control-Allow-Headers", "x-foreign"),
    ("Access-Control-Expose-Headers", "x-foreign"),
    ("Access-Control-Max-Age", "77"),
    ("Access-Control-Allow-Private-Network", "true"),
];

/// What the upstream answers.
pub(crate) fn answer(choice: &str) -> Response {
    let (status, fields): (u16, &[(&str, &str)]) = match choice {
        "cors" => (200, &FOREIGN),
        "vary-origin" => (200, &[("Vary", "origin")]),
        "vary-other" => (200, &[("Vary", "Accept-Encoding")]),
        "vary-list" => (200, &[("Vary", "Accept-Encoding, Origin")]),
        "vary-star" => (200, &[("Vary", "*")]),
        "vary-two" => (200, &[("Vary", "Accept-Encoding"), ("Vary", "Origin")]),
        "not-found" => (404, &[("Vary", "Accept-Encoding")]),
        "error" => (500, &FOREIGN),
        "redirect" => (302, &[("Location", "https://elsewhere.test/"), ("Access-Control-Allow-Origin", "*")]),
        "static" => (200, &[("ETag", "\"1\""), ("Cache-Control", "max-age=60"), ("Set-Cookie", "a=b")]),
        _ => (200, &[]),
    };
    let mut headers = Headers::from([(MARK, "upstream"), ("Content-Type", "text/plain")]);
    for (name, value) in fields {
        headers.push(name, value);
    }
    Response { status, headers }
}

/// A running upstream; it lives as long as the test process.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Upstream {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counter = Arc::clone(&counter);
                // A connection that breaks is the server's affair: it shows in what it answers.
                thread::spawn(move || serve(&stream, &counter).ok());
            }
        });
        Self { address, requests }
    }

    /// How many requests have reached it so far.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Answers the requests of one connection; none of them has a body.
fn serve(mut stream: &TcpStream, requests: &AtomicUsize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(request_line) = lines.next() {
        let request_line = request_line?;
        let (mut choice, mut close) = (String::new(), request_line.ends_with("HTTP/1.0"));
        loop {
            let Some(line) = lines.next() else { return Ok(()) };
            let line = match line {
                Ok(line) => line,
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => continue, // a value that is no UTF-8
                Err(error) => return Err(error),
            };
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                CHOICE => value.trim().clone_into(&mut choice),
                "connection" => close |= value.trim().eq_ignore_ascii_case("close"),
                _ => {}
            }
        }
        requests.fetch_add(1, Ordering::SeqCst);
        stream.write_all(&wire(&answer(&choice), request_line.starts_with("HEAD ")))?;
        if close {
            break;
        }
    }
    Ok(())
}

fn wire(response: &Response, head: bool) -> Vec<u8> {
    const BODY: &str = "from the upstream\n";
    let mut text = format!("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n", response.status, BODY.len());
    for (name, value) in &response.headers.0 {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(if head { "" } else { BODY });
    text.into_bytes()
}

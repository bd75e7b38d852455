//! An example as a child process, and requests to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running example; dropping it kills it.
pub(crate) struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// Starts the program at a free port, which it tells on stderr.
    pub(crate) fn start(program: &str) -> Self {
        let mut child = Command::new(program).arg("127.0.0.1:0").stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_default().to_owned();
        let service = Self { child, address };
        assert!(!service.address.is_empty(), "{program}: {line}");
        service
    }

    /// What it answers, in lower case: the status line and the header fields.
    pub(crate) fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, _) = answer.split_once("\r\n\r\n").unwrap();
        head.to_lowercase()
    }

    /// Asks as a page of the allowed origin and as one of another, actual requests and preflights.
    pub(crate) fn check(&self, path: &str, origin: &str) {
        let allow = format!("\r\naccess-control-allow-origin: {origin}");
        let preflight = ("Access-Control-Request-Method", "PUT");
        let allowed = self.ask("GET", path, &[("Origin", origin)]);
        assert!(allowed.starts_with("http/1.1 200") && allowed.contains(&allow), "{allowed}");
        assert!(allowed.contains("\r\nvary: origin"), "{allowed}");
        let allowed = self.ask("OPTIONS", path, &[("Origin", origin), preflight]);
        assert!(allowed.starts_with("http/1.1 204") && allowed.contains(&allow), "{allowed}");
        assert!(allowed.contains("\r\naccess-control-allow-methods: "), "{allowed}");

        let foreign = ("Origin", "https://evil.test");
        let refused = self.ask("GET", path, &[foreign]);
        assert!(refused.starts_with("http/1.1 200") && !refused.contains("access-control-"), "{refused}");
        assert!(refused.contains("\r\nvary: origin"), "{refused}");
        let refused = self.ask("OPTIONS", path, &[foreign, preflight]);
        assert!(refused.starts_with("http/1.1 403") && !refused.contains("access-control-"), "{refused}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Both fail only if it has ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

//! A server in this process that answers as the reference does, but for one mischief.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use cors_compiler::ir::File;
use cors_compiler::reference::{Headers, Request, Response, respond};
use cors_compiler::source::Source;

/// What the server is to enforce.
pub(crate) const POLICY: &str = "version: 1
policies:
  shop:
    allow_origins:
      - https://www.shop.example
      - https://*.partner.example
    allow_methods: [PUT]
    allow_headers: [x-a]
    expose_headers: [etag]
    allow_credentials: true
    max_age: 600
";

/// What is done to each answer.
type Mischief = dyn Fn(&Request, Response) -> Response + Send + Sync;

/// A running server; it lives as long as the test process.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(mischief: impl Fn(&Request, Response) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let known = Arc::clone(&seen);
        let mischief: Arc<Mischief> = Arc::new(mischief);
        let file = Arc::new(cors_compiler::check(&Source::new("policy", POLICY)).file.unwrap());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (file, mischief, known) = (Arc::clone(&file), Arc::clone(&mischief), Arc::clone(&known));
                // A connection that breaks is the client's to report.
                thread::spawn(move || serve(&stream, &file, &*mischief, &known).ok());
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(mut stream: &TcpStream, file: &File, mischief: &Mischief, seen: &Mutex<Vec<Request>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next() {
        let line = line?;
        let mut words = line.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let mut headers = Headers::default();
        for line in lines.by_ref() {
            let line = line?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push(&name.to_ascii_lowercase(), value.trim());
        }
        let request = Request { method, path, headers };
        seen.lock().unwrap().push(request.clone());
        let status = if request.path.contains("no-such") { 404 } else { 200 };
        let answer = respond(&file.policies[0], &request, |_| Response { status, headers: Headers::default() });
        let answer = mischief(&request, answer);
        let mut text = format!("HTTP/1.1 {} X\r\n", answer.status);
        for (name, value) in &answer.headers.0 {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if answer.status != 204 {
            text.push_str("content-length: 0\r\n");
        }
        text.push_str("\r\n");
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
        stream.write_all(&bytes)?;
    }
    Ok(())
}

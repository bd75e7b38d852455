//! A server in this process that answers as the reference does, but for one mischief.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use cors_compiler::ir::{File, Policy};
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

/// Several policies, and routes that pick one of them.
pub(crate) const ROUTED: &str = "version: 1
policies:
  shop:
    allow_origins: [https://www.shop.example, https://*.partner.example]
    allow_methods: [PUT]
    allow_headers: [x-a]
    expose_headers: [etag]
    allow_credentials: true
    max_age: 600
  prices:
    allow_origins: [https://prices.example, https://sale.example]
  assets:
    allow_origins: \"*\"
    max_age: 1d
routes:
  - { path: /api/**, policy: shop }
  - { path: /api/health, policy: none }
  - { path: /api/prices/**, policy: prices }
  - { path: /api/prices/list.json, policy: shop }
  - { path: /assets/**, policy: assets }
";

/// Which policy of a file answers a request.
pub(crate) type Router = for<'f> fn(&'f File, &Request) -> Option<&'f Policy>;

/// A running server; it lives as long as the test process.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Enforces [`POLICY`], but for the mischief.
    pub(crate) fn start(mischief: impl Fn(&Request, Response) -> Response + Send + Sync + 'static) -> Self {
        Self::enforcing(POLICY, |file, _| file.policies.first(), |_| Headers::default(), mischief)
    }

    /// Enforces a file whose policies the router picks, in front of an application that answers with these headers.
    pub(crate) fn enforcing(
        text: &str,
        router: Router,
        application: fn(&Request) -> Headers,
        mischief: impl Fn(&Request, Response) -> Response + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let known = Arc::clone(&seen);
        let file = Arc::new(cors_compiler::check(&Source::new("policy", text)).file.unwrap());
        let respond = move |request: &Request| {
            let status = if request.path.contains("no-such") { 404 } else { 200 };
            let upstream = |request: &Request| Response { status, headers: application(request) };
            match router(&file, request) {
                Some(policy) => respond(policy, request, upstream),
                None => upstream(request),
            }
        };
        let respond = Arc::new(move |request: &Request| mischief(request, respond(request)));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (respond, known) = (Arc::clone(&respond), Arc::clone(&known));
                // A connection that breaks is the client's to report.
                thread::spawn(move || serve(&stream, &*respond, &known).ok());
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

fn serve(
    mut stream: &TcpStream,
    respond: &dyn Fn(&Request) -> Response,
    seen: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
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
        let answer = respond(&request);
        let mut text = format!("HTTP/1.1 {} X\r\n", answer.status);
        for (name, value) in &answer.headers.0 {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if answer.status != 204 && answer.headers.all("content-length").next().is_none() {
            text.push_str("content-length: 0\r\n");
        }
        text.push_str("\r\n");
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
        stream.write_all(&bytes)?;
    }
    Ok(())
}

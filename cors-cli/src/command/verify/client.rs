//! The HTTP client: one host, no redirects, no proxies, every field as it came.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cors_compiler::fetch::is_token;
use cors_compiler::reference::{Headers, Request, Response};
use ureq::config::Config;
use ureq::http::{HeaderName, HeaderValue, Uri};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, http};

use super::Verify;
use crate::exit::Error;

/// A body up to this size is read, so that its connection can serve another request.
const SMALL_BODY: u64 = 64 * 1024;

/// So long a body may take. After one that takes longer none is read any more, and no connection is used again.
const QUICK_BODY: Duration = Duration::from_secs(1);

/// Fields that `--header` may not set: the client's own, and those that are asked about.
const OWN: [&str; 9] = [
    "host",
    "origin",
    "connection",
    "content-length",
    "transfer-encoding",
    "expect",
    "upgrade",
    "trailer",
    "keep-alive",
];

/// The server that is asked.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) scheme: String,
    /// IPv6 addresses in brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// As it is written in the URL.
    authority: String,
    pub(crate) path: String,
    /// With its `?`; empty if there is none.
    pub(crate) query: String,
    /// Where to connect instead of asking the DNS.
    pub(crate) pinned: Option<SocketAddr>,
}

/// Asks the server.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    pub(crate) site: Site,
    /// For actual requests.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    timeout: u64,
    has_quick_bodies: AtomicBool,
}

impl Site {
    fn new(url: &str, resolve: Option<&str>) -> Result<Self, Error> {
        let wrong = |why: &str| Error::usage(format!("--url {url}: {why}"));
        if url.contains('#') {
            return Err(wrong("a fragment is never sent; leave it out"));
        }
        let uri: Uri = url.parse().map_err(|_| wrong("this is no URL; write https://host/path"))?;
        let default = match uri.scheme_str() {
            Some("http") => 80,
            Some("https") => 443,
            _ => return Err(wrong("the scheme must be http or https")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("there is no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("a URL with a user is not taken; use --header 'Authorization: …'"));
        }
        let explicit = authority.as_str().strip_prefix(authority.host()).and_then(|rest| rest.strip_prefix(':'));
        let explicit = explicit.map(port).transpose().map_err(|why| wrong(&why))?;
        let mut site = Self {
            scheme: uri.scheme_str().unwrap_or_default().to_owned(),
            host: authority.host().to_owned(),
            port: explicit.unwrap_or(default),
            authority: authority.as_str().to_owned(),
            path: uri.path().to_owned(),
            query: uri.query().map(|query| format!("?{query}")).unwrap_or_default(),
            pinned: None,
        };
        site.pinned = resolve.map(|resolve| site.pin(resolve)).transpose()?;
        Ok(site)
    }

    /// Reads `HOST:ADDRESS`.
    fn pin(&self, resolve: &str) -> Result<SocketAddr, Error> {
        let wrong = |why: String| Error::usage(format!("--resolve {resolve}: {why}"));
        let address = resolve
            .get(..self.host.len())
            .filter(|host| host.eq_ignore_ascii_case(&self.host))
            .and_then(|_| resolve[self.host.len()..].strip_prefix(':'))
            .ok_or_else(|| wrong(format!("only the URL's host is contacted; write {}:ADDRESS", self.host)))?;
        let bare = address.strip_prefix('[').and_then(|address| address.strip_suffix(']')).unwrap_or(address);
        if let Ok(ip) = bare.parse::<IpAddr>() {
            return Ok(SocketAddr::new(ip, self.port));
        }
        // With some port, what stands before the last colon must be an address.
        let pair = address.rsplit_once(':');
        let found = pair.and_then(|(ip, digits)| Some((format!("{ip}:1").parse::<SocketAddr>().ok()?, digits)));
        let (mut pinned, digits) =
            found.ok_or_else(|| wrong("after the host comes an IP address, and perhaps a port".to_owned()))?;
        pinned.set_port(port(digits).map_err(wrong)?);
        Ok(pinned)
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.authority)
    }
}

impl Client {
    pub(crate) fn new(arguments: &Verify) -> Result<Self, Error> {
        let site = Site::new(&arguments.url, arguments.resolve.as_deref())?;
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .allow_non_standard_methods(true)
            .user_agent(concat!("cors-verify/", env!("CARGO_PKG_VERSION")))
            .timeout_recv_body(Some(QUICK_BODY))
            .timeout_global(Some(Duration::from_secs(arguments.timeout)))
            .tls_config(TlsConfig::builder().disable_verification(arguments.insecure).build())
            .build();
        let resolver = Pinned { address: site.pinned, usual: DefaultResolver::default() };
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        let headers = arguments.headers.iter().map(|header| field(header)).collect::<Result<_, _>>()?;
        Ok(Self { agent, site, headers, timeout: arguments.timeout, has_quick_bodies: AtomicBool::new(true) })
    }

    /// Sends a request; `actual` ones carry what `--header` gives.
    ///
    /// # Errors
    /// There was no answer, and why.
    pub(crate) fn send(&self, request: &Request, actual: bool) -> Result<Response, String> {
        // A connection that was idle may be closed while the request is under way.
        let safe = matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        match self.exchange(request, actual) {
            Err(error) if safe && is_closed(&error) => self.exchange(request, actual),
            result => result,
        }
        .map_err(|error| self.explain(&error))
    }

    fn exchange(&self, request: &Request, actual: bool) -> Result<Response, ureq::Error> {
        let url = self.site.url(&request.path);
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(url);
        for (name, value) in &request.headers.0 {
            builder = builder.header(name, value);
        }
        for (name, value) in self.headers.iter().filter(|_| actual) {
            builder = builder.header(name, value);
        }
        // Methods that usually have a body get an empty one, so that its length is said.
        let mut answer = match request.method.as_str() {
            "GET" | "HEAD" | "OPTIONS" => self.agent.run(builder.body(())?)?,
            _ => self.agent.run(builder.body("")?)?,
        };
        let mut headers = Headers::default();
        for (name, value) in answer.headers() {
            let value: String = value.as_bytes().iter().copied().map(char::from).collect();
            headers.push(name.as_str(), &value);
        }
        let is_small = answer.body().content_length().is_some_and(|length| length <= SMALL_BODY);
        // The fields are what counts: a body that breaks off does not.
        if is_small && self.has_quick_bodies.load(Ordering::Relaxed) && answer.body_mut().read_to_vec().is_err() {
            self.has_quick_bodies.store(false, Ordering::Relaxed);
        }
        Ok(Response { status: answer.status().as_u16(), headers })
    }

    fn explain(&self, error: &ureq::Error) -> String {
        match error {
            ureq::Error::Timeout(_) => format!("no answer within {} s (--timeout)", self.timeout),
            ureq::Error::HostNotFound => format!("the host {} is not found", self.site.host),
            ureq::Error::Io(error) => match error.kind() {
                ErrorKind::ConnectionRefused => "the connection was refused".to_owned(),
                _ => {
                    let text = error.to_string();
                    let hint = if text.contains("certificate") { " (--insecure accepts any)" } else { "" };
                    format!("{text}{hint}")
                }
            },
            other => other.to_string(),
        }
    }
}

fn is_closed(error: &ureq::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error, ureq::Error::Io(error)
        if matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof))
}

/// Reads the port behind a colon, or says what is wrong with it.
fn port(digits: &str) -> Result<u16, String> {
    if digits.is_empty() {
        return Err("there is no port after the colon; write one, or leave the colon out".to_owned());
    }
    let number = Some(digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let number = number.and_then(|digits| digits.parse().ok()).filter(|&number| number > 0);
    number.ok_or_else(|| format!("{digits} is no port: it is a number from 1 to 65535"))
}

/// Reads `NAME:VALUE`. What is wrong is told without the value, which may be a secret.
fn field(text: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let (name, value) =
        text.split_once(':').ok_or_else(|| Error::usage("--header takes NAME:VALUE, with a colon between them"))?;
    let (name, value) = (name.trim(), value.trim());
    let lower = name.to_ascii_lowercase();
    if OWN.contains(&lower.as_str()) || lower.starts_with("access-control-") {
        return Err(Error::usage(format!("--header {name}: this field is set for each request by itself")));
    }
    let wrong = || Error::usage(format!("--header {name}: this is no header field"));
    let parsed = HeaderName::try_from(name).ok().filter(|_| is_token(name)).zip(HeaderValue::try_from(value).ok());
    parsed.ok_or_else(wrong)
}

/// Says where the host is.
#[derive(Debug)]
struct Pinned {
    address: Option<SocketAddr>,
    usual: DefaultResolver,
}

impl Resolver for Pinned {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let Some(address) = self.address else { return self.usual.resolve(uri, config, timeout) };
        let mut addresses = self.empty();
        addresses.push(address);
        Ok(addresses)
    }
}

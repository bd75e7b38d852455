//! What pages ask an endpoint for: every kind of request that CORS treats in its own way.

use cors_compiler::fetch::method::normalize;
use cors_compiler::ir::Policy;

use super::application::{CACHEABLE, FORBIDDEN, FOREIGN, HANG_UP, status};
use super::browser::{Credentials, Way};

/// A kind of request.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// What it shows.
    pub(crate) category: &'static str,
    pub(crate) way: Way,
    pub(crate) method: String,
    /// The headers that the script sets: the name, the value, and whether a browser asks leave for it.
    pub(crate) headers: Vec<(String, String, bool)>,
    pub(crate) credentials: Credentials,
    pub(crate) has_body: bool,
    /// What the application does.
    pub(crate) query: String,
}

impl Ask {
    fn new(category: &'static str, method: &str) -> Self {
        let (way, credentials, query) = (Way::Fetch, Credentials::Omit, status(200));
        let has_body = matches!(&*normalize(method), "POST" | "PUT" | "PATCH" | "QUERY");
        Self { category, way, method: method.to_owned(), headers: Vec::new(), credentials, has_body, query }
    }

    fn header(mut self, name: &str, value: &str, is_unsafe: bool) -> Self {
        self.headers.push((name.to_owned(), value.to_owned(), is_unsafe));
        self
    }

    fn credentials(self, credentials: Credentials) -> Self {
        Self { credentials, ..self }
    }

    fn answer(self, query: impl Into<String>) -> Self {
        Self { query: query.into(), ..self }
    }

    fn upload(self) -> Self {
        Self { way: Way::Upload, ..self }
    }
}

/// By methods that no script can use.
pub(crate) fn forbidden_methods() -> [Ask; 3] {
    ["TRACE", "CONNECT", "track"].map(|method| Ask::new("forbidden method", method))
}

/// Such as follow redirects, with the redirect's status.
pub(crate) fn redirected() -> [(Ask, u16); 3] {
    [
        (Ask::new("redirects, simple", "GET"), 302),
        (Ask::new("redirects, with credentials", "GET").credentials(Credentials::Include), 302),
        (Ask::new("redirects, preflighted", "PUT"), 307),
    ]
}

/// An answer that caches keep, asked for as it can be read: with credentials, if the policy allows them.
pub(crate) fn cached(category: &'static str, way: Way, policy: Option<&Policy>) -> Ask {
    let is_credentialed = policy.is_some_and(Policy::allows_credentials);
    let credentials = if is_credentialed { Credentials::Include } else { Credentials::SameOrigin };
    Ask { way, ..Ask::new(category, "GET").credentials(credentials).answer(CACHEABLE) }
}

/// From pages that are of interest for their origin.
pub(crate) fn few(origin: &str) -> [Ask; 4] {
    let ask = |category, method| Ask::new(if origin == "null" { "origins, null" } else { category }, method);
    [
        ask("origins, simple", "GET"),
        ask("origins, simple", "GET").credentials(Credentials::Include),
        ask("origins, preflighted", "PUT").header("content-type", "application/json", true),
        ask("origins, upload listener", "POST").upload(),
    ]
}

/// From one page.
pub(crate) fn all(policy: Option<&Policy>) -> Vec<Ask> {
    let listed: Vec<String> = policy
        .iter()
        .flat_map(|policy| policy.allow_headers.listed.iter().map(|name| name.value.as_ref().to_owned()))
        .collect();
    [simple(), methods(), headers(&listed), credentials(&listed), answers(), uploads(&listed)].concat()
}

fn simple() -> Vec<Ask> {
    let form = "application/x-www-form-urlencoded";
    ["GET", "HEAD", "POST"]
        .map(|method| Ask::new("simple", method))
        .into_iter()
        .chain([
            Ask::new("simple", "get"),
            Ask::new("simple", "POST").header("content-type", "text/plain;charset=UTF-8", false),
            Ask::new("simple", "POST").header("Content-Type", form, false),
            Ask::new("simple", "GET").header("accept", "application/json", false),
            Ask::new("simple", "GET").header("accept-language", "de", false).header("content-language", "de", false),
            Ask::new("simple", "GET").header("range", "bytes=0-9", false),
        ])
        .collect()
}

fn methods() -> Vec<Ask> {
    let methods = ["PUT", "put", "PATCH", "patch", "DELETE", "QUERY", "OPTIONS", "FROB"];
    let mut asks: Vec<Ask> = methods.map(|method| Ask::new("preflighted, methods", method)).into();
    asks.push(Ask { has_body: false, ..Ask::new("preflighted, methods", "QUERY") });
    asks
}

fn headers(listed: &[String]) -> Vec<Ask> {
    let get = || Ask::new("preflighted, headers", "GET");
    let mut asks = vec![
        get().header("x-debug", "1", true),
        get().header("authorization", "Bearer a", true),
        get().header("accept", &"a".repeat(129), true),
        get().header("range", "bytes=0-1,3-4", true),
        Ask::new("preflighted, headers", "POST").header("content-type", "application/json", true),
        Ask::new("forbidden header", "GET").header(FORBIDDEN, "1", false),
        Ask::new("forbidden header", "GET").header(FORBIDDEN, "1", false).header("x-debug", "1", true),
    ];
    asks.extend(listed.iter().map(|name| get().header(name, "1", true)));
    asks.extend(listed.iter().map(|name| get().header(&name.to_ascii_uppercase(), "1", true)));
    let every = |ask: Ask| listed.iter().fold(ask, |ask, name| ask.header(name, "1", true));
    asks.extend([every(get()), every(Ask::new("preflighted, headers", "PUT"))]);
    asks.push(every(Ask::new("preflighted, headers", "PATCH")).header("x-debug", "1", true));
    asks
}

fn credentials(listed: &[String]) -> Vec<Ask> {
    let mut asks = Vec::new();
    for credentials in [Credentials::SameOrigin, Credentials::Include] {
        let ask = |method| Ask::new("credentials", method).credentials(credentials);
        asks.extend(["GET", "POST", "PUT", "DELETE"].map(ask));
        asks.push(listed.iter().fold(ask("PUT"), |ask, name| ask.header(name, "1", true)));
        asks.push(ask("GET").header("x-debug", "1", true));
        asks.push(ask("GET").header("authorization", "Bearer a", true));
    }
    asks
}

/// What is exposed can be read, by `fetch` and by `XMLHttpRequest`, of errors too; CORS headers of the application
/// count for nothing.
fn answers() -> Vec<Ask> {
    let mut asks = Vec::new();
    for credentials in [Credentials::Omit, Credentials::Include] {
        asks.push(Ask::new("exposed headers", "GET").credentials(credentials));
        asks.push(Ask::new("exposed headers", "POST").credentials(credentials).upload());
        for method in ["GET", "PUT"] {
            for code in [401, 404, 500] {
                asks.push(Ask::new("errors", method).credentials(credentials).answer(status(code)));
            }
            asks.push(Ask::new("errors, the server's own", method).credentials(credentials).answer(HANG_UP));
            asks.push(Ask::new("the application's own CORS headers", method).credentials(credentials).answer(FOREIGN));
        }
    }
    asks
}

fn uploads(listed: &[String]) -> Vec<Ask> {
    let post = || Ask::new("upload listener", "POST").upload();
    let mut asks = vec![
        post(),
        post().credentials(Credentials::Include),
        post().header("content-type", "application/octet-stream", true),
        post().header("x-debug", "1", true),
        post().answer(status(500)),
    ];
    asks.push(listed.iter().fold(post(), |ask, name| ask.header(name, "1", true)));
    asks
}

//! The application behind the servers under test, and in the model: the request's query chooses what it answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use cors_compiler::reference::{Headers, Response};
use http_body_util::Full;

use super::site::{self, sent};

/// A request header that no script can set; a browser leaves it out.
pub(crate) const FORBIDDEN: &str = "sec-test";

/// The query for an answer of this status.
pub(crate) fn status(status: u16) -> String {
    format!("status={status}")
}

/// The query for an answer with CORS headers of the application's own.
pub(crate) const FOREIGN: &str = "foreign";

/// The query for no answer at all.
pub(crate) const HANG_UP: &str = "hang-up";

/// The query for an answer that any cache keeps.
pub(crate) const CACHEABLE: &str = "cacheable";

/// The query for a redirect; it comes last.
pub(crate) fn redirect(status: u16, to: &str) -> String {
    format!("status={status}&to={to}")
}

/// What it answers; nothing if it hangs up.
pub(crate) fn answer(query: &str) -> Option<Response> {
    let (chosen, to) = query.split_once("&to=").map_or((query, None), |(chosen, to)| (chosen, Some(to)));
    let chosen = chosen.split('&').next().unwrap_or_default();
    let status = chosen.strip_prefix("status=").map_or(200, |status| status.parse().unwrap());
    let mut headers = Headers::from([
        ("content-type", "image/svg+xml"),
        ("content-language", "de"),
        ("etag", "\"1\""),
        ("ratelimit-limit", "9"),
        ("ratelimit-remaining", "8"),
        ("retry-after", "1"),
        ("set-cookie", "a=b"),
        ("x-request-id", "7"),
        ("x-secret", "1"),
    ]);
    headers.push("cache-control", if chosen == CACHEABLE { "max-age=600" } else { "no-store" });
    if let Some(to) = to {
        headers.push("location", to);
    }
    if chosen == FOREIGN {
        headers.push("access-control-allow-origin", "*");
        headers.push("access-control-expose-headers", "*");
        headers.push("access-control-allow-credentials", "true");
    }
    (chosen != HANG_UP).then_some(Response { status, headers })
}

/// The same as it is sent: with an image, which every answer has.
pub(crate) fn respond(query: &str) -> Option<site::Answer> {
    let mut response = sent(&answer(query)?);
    *response.body_mut() = Full::new(Bytes::from_static(IMAGE));
    Some(response)
}

const IMAGE: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>";

/// The running application; it lives as long as the test process.
pub(crate) struct Application {
    pub(crate) address: SocketAddr,
    forbidden: Arc<AtomicUsize>,
}

impl Application {
    pub(crate) fn start() -> Self {
        let forbidden = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&forbidden);
        let address = site::start(move |request| {
            counter.fetch_add(usize::from(request.headers().contains_key(FORBIDDEN)), Ordering::SeqCst);
            respond(request.uri().query().unwrap_or_default())
        });
        Self { address, forbidden }
    }

    /// How many requests had the header that none can have.
    pub(crate) fn forbidden(&self) -> usize {
        self.forbidden.load(Ordering::SeqCst)
    }
}

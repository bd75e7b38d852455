//! Where Chromium is known to deviate from the standards, and so from the browser model.
//!
//! A row that no longer occurs fails the test: it is stale.

use cors_compiler::reference::Headers;

use super::random::Trial;

/// One known deviation.
pub(crate) struct Deviation {
    pub(crate) what: &'static str,
    /// Changes a trial into the one in which the model does what Chromium does in the given one; or leaves it alone.
    pub(crate) correct: fn(&mut Trial),
}

/// All known deviations.
pub(crate) const DEVIATIONS: &[Deviation] = &[
    // XMLHttpRequest, `send()`, sets the use-CORS-preflight flag whether there is a body or not.
    Deviation {
        what: "without a body, an upload listener causes no preflight",
        correct: |trial| trial.fetch.upload_listener &= trial.call.body.is_some(),
    },
    // CORS-preflight fetch, step 7.4.
    Deviation {
        what: "without Access-Control-Allow-Methods, a preflight that an upload listener causes allows no method",
        correct: |trial| {
            if trial.fetch.upload_listener && trial.preflight.headers.all(METHODS).next().is_none() {
                trial.preflight.headers.push(METHODS, "");
            }
        },
    },
    // CORS-preflight fetch, step 7.6. So do Firefox and Safari: <https://github.com/whatwg/fetch/issues/1919>.
    Deviation {
        what: "`*` in Access-Control-Allow-Headers covers Authorization",
        correct: |trial| {
            if !trial.fetch.credentials && has_wildcard(&trial.preflight.headers) {
                trial.preflight.headers.push(HEADERS, "authorization");
            }
        },
    },
    // CORS-safelisted request-header no longer has the first client hints; of those it once had this is one.
    Deviation {
        what: "no leave is asked for Save-Data",
        correct: |trial| trial.fetch.unsafe_headers.retain(|name| name != "save-data"),
    },
];

const METHODS: &str = "access-control-allow-methods";
const HEADERS: &str = "access-control-allow-headers";

/// Whether `*` is in `Access-Control-Allow-Headers`.
fn has_wildcard(headers: &Headers) -> bool {
    headers.all(HEADERS).flat_map(|value| value.split(',')).any(|item| item.trim_matches([' ', '\t']) == "*")
}

//! The browser half: the Fetch standard's CORS algorithms as an executable model.
//!
//! It knows nothing of policies or servers: it sends requests and reads answers as
//! <https://fetch.spec.whatwg.org/> says, and comes to a [`Verdict`].

pub use crate::fetch::Refusal;
use crate::fetch::header_name::{is_cors_non_wildcard_request_header_name, is_cors_safelisted_response_header_name};
use crate::fetch::method::{is_cors_safelisted_method, normalize};
use crate::reference::{Headers, Request, Response};

/// What a script asks for: a request in `cors` mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// The serialized origin of the page.
    pub origin: String,
    /// The method, as the script gave it.
    pub method: String,
    /// The path.
    pub path: String,
    /// The names of the request's CORS-unsafe headers, in any case and order.
    pub unsafe_headers: Vec<String>,
    /// Whether the credentials mode is `include`.
    pub credentials: bool,
    /// Whether an upload listener is registered: the use-CORS-preflight flag.
    pub upload_listener: bool,
}

/// What the browser makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The script gets the response.
    Allowed {
        /// The names of the response's headers that the script can read, lower case and sorted.
        exposed: Vec<String>,
    },
    /// The script gets a network error.
    Refused {
        /// The step at which it failed.
        at: Step,
        /// Which of the request's properties was refused.
        reason: Refusal,
    },
}

/// The two answers in which a browser looks for permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The answer to the CORS-preflight request.
    Preflight,
    /// The response to the request itself.
    Actual,
}

/// Performs the fetch against `server`: a preflight if one is needed, then the request.
pub fn fetch(fetch: &Fetch, mut server: impl FnMut(&Request) -> Response) -> Verdict {
    if needs_preflight(fetch) {
        let answer = server(&preflight_request(fetch));
        if let Err(reason) = check_preflight(fetch, &answer) {
            return Verdict::Refused { at: Step::Preflight, reason };
        }
    }
    let response = server(&actual_request(fetch));
    match cors_check(fetch, &response.headers) {
        Err(reason) => Verdict::Refused { at: Step::Actual, reason },
        Ok(()) => Verdict::Allowed { exposed: exposed_headers(fetch, &response.headers) },
    }
}

/// Whether the request is preceded by a CORS-preflight request.
///
/// [HTTP fetch](https://fetch.spec.whatwg.org/#concept-http-fetch), and the use-CORS-preflight flag:
/// the method is not CORS-safelisted, a header is unsafe, or an upload listener is registered.
#[must_use]
pub fn needs_preflight(fetch: &Fetch) -> bool {
    fetch.upload_listener || !fetch.unsafe_headers.is_empty() || !is_cors_safelisted_method(&normalize(&fetch.method))
}

/// The CORS-preflight request.
///
/// [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), steps 1 to 5: header
/// names are sorted, lower case, unique, joined by a bare comma, and absent if there are none.
#[must_use]
pub fn preflight_request(fetch: &Fetch) -> Request {
    let mut headers = Headers::from([("accept", "*/*")]);
    headers.push("access-control-request-method", &normalize(&fetch.method));
    let names = unsafe_names(fetch);
    if !names.is_empty() {
        headers.push("access-control-request-headers", &names.join(","));
    }
    headers.push("origin", &fetch.origin);
    Request { method: "OPTIONS".to_owned(), path: fetch.path.clone(), headers }
}

/// The request itself.
#[must_use]
pub fn actual_request(fetch: &Fetch) -> Request {
    let mut headers = Headers::from([("accept", "*/*")]);
    for name in unsafe_names(fetch) {
        headers.push(&name, "1");
    }
    headers.push("origin", &fetch.origin);
    Request { method: normalize(&fetch.method), path: fetch.path.clone(), headers }
}

/// "Convert header names to a sorted-lowercase set".
fn unsafe_names(fetch: &Fetch) -> Vec<String> {
    let mut names: Vec<String> = fetch.unsafe_headers.iter().map(|name| name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    names
}

/// [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), step 7: what the
/// browser does with the answer.
///
/// # Errors
/// Which property of the request the answer refuses.
pub fn check_preflight(fetch: &Fetch, answer: &Response) -> Result<(), Refusal> {
    cors_check(fetch, &answer.headers)?;
    if !(200..300).contains(&answer.status) {
        return Err(Refusal::Status);
    }
    // 7.1-7.3: both lists; a list that does not parse is a network error.
    let methods = list(&answer.headers, "access-control-allow-methods").map_err(|()| Refusal::Method)?;
    let names = list(&answer.headers, "access-control-allow-headers").map_err(|()| Refusal::Header)?;
    let method = normalize(&fetch.method);
    // 7.4: without a list of methods, the preflight that a listener caused allows its own method.
    let methods = match methods {
        None if fetch.upload_listener => vec![method.clone()],
        other => other.unwrap_or_default(),
    };
    let names = names.unwrap_or_default();
    let wildcard = |list: &[String]| !fetch.credentials && list.iter().any(|item| item == "*");
    // 7.5: methods are compared case-sensitively; `*` is a wildcard without credentials only.
    if !methods.contains(&method) && !is_cors_safelisted_method(&method) && !wildcard(&methods) {
        return Err(Refusal::Method);
    }
    let listed = |name: &str| names.iter().any(|item| item.eq_ignore_ascii_case(name));
    for name in unsafe_names(fetch) {
        // 7.6: `Authorization` must be named. 7.7: the others may be covered by `*`.
        if !listed(&name) && (is_cors_non_wildcard_request_header_name(&name) || !wildcard(&names)) {
            return Err(Refusal::Header);
        }
    }
    Ok(())
}

/// The [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check).
///
/// # Errors
/// [`Refusal::Origin`] or [`Refusal::Credentials`].
pub fn cors_check(fetch: &Fetch, headers: &Headers) -> Result<(), Refusal> {
    // 1-2: `get` joins several fields with ", "; a missing one is a failure.
    let origin = get(headers, "access-control-allow-origin").ok_or(Refusal::Origin)?;
    // 3: `*` serves every origin, without credentials.
    if !fetch.credentials && origin == "*" {
        return Ok(());
    }
    // 4: byte for byte.
    if origin != fetch.origin {
        return Err(if origin == "*" { Refusal::Credentials } else { Refusal::Origin });
    }
    // 5-8: with credentials, the other header must be exactly `true`.
    match get(headers, "access-control-allow-credentials") {
        _ if !fetch.credentials => Ok(()),
        Some(value) if value == "true" => Ok(()),
        _ => Err(Refusal::Credentials),
    }
}

/// The [CORS-exposed header-name list](https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list)
/// applied to the response: the names a script can read, lower case and sorted.
#[must_use]
pub fn exposed_headers(fetch: &Fetch, headers: &Headers) -> Vec<String> {
    let listed = list(headers, "access-control-expose-headers").ok().flatten().unwrap_or_default();
    let everything = !fetch.credentials && listed.iter().any(|item| item == "*");
    let is_exposed = |name: &str| {
        is_cors_safelisted_response_header_name(name)
            || ((everything || listed.iter().any(|item| item.eq_ignore_ascii_case(name)))
                && !matches!(name, "set-cookie" | "set-cookie2"))
    };
    let mut names: Vec<String> = headers.0.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| is_exposed(name));
    names.sort();
    names.dedup();
    names
}

/// [Get](https://fetch.spec.whatwg.org/#concept-header-list-get) a header: its values joined by ", ".
fn get(headers: &Headers, name: &str) -> Option<String> {
    let values: Vec<&str> = headers.all(name).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// [Extract header list values](https://fetch.spec.whatwg.org/#extract-header-list-values): `None` if
/// the header is missing, `Err` if it does not parse as a list of tokens.
fn list(headers: &Headers, name: &str) -> Result<Option<Vec<String>>, ()> {
    let Some(value) = get(headers, name) else { return Ok(None) };
    let items: Vec<&str> =
        value.split(',').map(|item| item.trim_matches([' ', '\t'])).filter(|item| !item.is_empty()).collect();
    match items.iter().all(|item| crate::fetch::is_token(item)) {
        true => Ok(Some(items.into_iter().map(str::to_owned).collect())),
        false => Err(()),
    }
}

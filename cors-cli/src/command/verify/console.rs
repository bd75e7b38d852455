//! What a browser's console would say of an answer, in the manner of Chromium.

use cors_compiler::boundary::Shape;
use cors_compiler::browser::Refusal;
use cors_compiler::fetch::method::normalize;

use super::checks::{CREDENTIALS, Exchange, ORIGIN};

/// One line; what the script sees if nothing is refused. `None` if no script can be involved.
pub(crate) fn console(exchange: &Exchange<'_>, url: &str) -> Option<String> {
    if exchange.probe.shape == Shape::Unanchored {
        return None;
    }
    let origin = exchange.probe.origin.as_deref()?;
    // Without credentials, unless only they are at stake.
    let credentialed = exchange.is_allowed() && exchange.probe.policy.allows_credentials();
    let refusal = exchange.refusal(false).or_else(|| exchange.refusal(true).filter(|_| credentialed));
    let Some(refusal) = refusal else {
        return Some(match exchange.probe.is_preflight() {
            true => "nothing: the preflight passes, and the request is sent".to_owned(),
            false => "nothing: the script reads the response".to_owned(),
        });
    };
    let step = match exchange.probe.is_preflight() {
        true => "the response to the preflight request does not pass the access control check: ",
        false => "",
    };
    let why = why(exchange, refusal);
    Some(format!("Access to fetch at '{url}' from origin '{origin}' has been blocked by CORS policy: {step}{why}"))
}

fn why(exchange: &Exchange<'_>, refusal: Refusal) -> String {
    let headers = &exchange.real.headers;
    let joined = |name: &str| headers.all(name).collect::<Vec<_>>().join(", ");
    let fetch = exchange.probe.fetch(false);
    match refusal {
        Refusal::Status if (300..400).contains(&exchange.real.status) => {
            "a redirect is not allowed for a preflight request".to_owned()
        }
        Refusal::Status => format!("it does not have HTTP ok status ({})", exchange.real.status),
        Refusal::Origin => {
            let value = joined(ORIGIN);
            match headers.all(ORIGIN).count() {
                0 => "no 'Access-Control-Allow-Origin' header is present on the requested resource".to_owned(),
                1 if !value.contains(',') => format!(
                    "the 'Access-Control-Allow-Origin' header has the value '{value}', which is not the supplied origin"
                ),
                _ => format!(
                    "the 'Access-Control-Allow-Origin' header contains the values '{value}', but only one is allowed"
                ),
            }
        }
        Refusal::Credentials if joined(ORIGIN) == "*" => "the value of the 'Access-Control-Allow-Origin' header must \
             not be the wildcard '*' when the request's credentials mode is 'include'"
            .to_owned(),
        Refusal::Credentials => {
            let value = joined(CREDENTIALS);
            format!(
                "the value of the 'Access-Control-Allow-Credentials' header is '{value}', which must be 'true' when \
                 the request's credentials mode is 'include'"
            )
        }
        Refusal::Method => {
            format!("method {} is not allowed by Access-Control-Allow-Methods", normalize(&fetch.method))
        }
        Refusal::Header => {
            let names = fetch.unsafe_headers.join(", ");
            format!("not each of the request header fields {names} is allowed by Access-Control-Allow-Headers")
        }
    }
}

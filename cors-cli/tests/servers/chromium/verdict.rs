//! Chromium's verdict beside the model's.

use std::collections::BTreeSet;

use cors_compiler::browser::{Refusal, Step, Verdict};
use cors_compiler::reference::Response;

use super::browser::Outcome;

/// In what the browser differs from the model, for a person to read; nothing if it does not. `answer` is what the
/// script reads if it may: servers add headers of their own, which do not count.
pub(crate) fn difference(expected: &Verdict, answer: &Response, outcome: &Outcome) -> Option<String> {
    match (expected, outcome) {
        (Verdict::Allowed { exposed }, Outcome::Response { status, headers }) => {
            let answered = |name: &&String| answer.headers.all(name).next().is_some();
            let names = |names: &[String]| -> BTreeSet<String> { names.iter().filter(answered).cloned().collect() };
            let (expected, read) = ((answer.status, names(exposed)), (*status, names(headers)));
            (expected != read).then(|| format!("expected to read {expected:?}, read {read:?}"))
        }
        // A redirect it finds before all else.
        (Verdict::Refused { at: Step::Preflight, .. }, Outcome::Failure { cause: Some(cause), .. })
            if cause == "PreflightDisallowedRedirect" =>
        {
            None
        }
        (&Verdict::Refused { at, reason }, Outcome::Failure { cause: Some(cause), .. }) => {
            (refusal(cause) != Some((at, reason))).then(|| format!("expected {reason:?} at {at:?}, got {cause}"))
        }
        (expected, Outcome::Failure { error, cause }) => {
            Some(format!("expected {expected:?}, got {error} ({})", cause.as_deref().unwrap_or("not for CORS")))
        }
        (expected, Outcome::Response { status, headers }) => {
            Some(format!("expected {expected:?}, read a response of status {status} with {headers:?}"))
        }
    }
}

/// What Chromium's [`corsError`](https://chromedevtools.github.io/devtools-protocol/tot/Network/#type-CorsError)
/// is in the model's words.
fn refusal(cause: &str) -> Option<(Step, Refusal)> {
    let (step, what) = match cause.strip_prefix("Preflight") {
        Some(what) => (Step::Preflight, what),
        None if cause.contains("Preflight") => (Step::Preflight, cause),
        None => (Step::Actual, cause),
    };
    let refusal = match what {
        "MissingAllowOriginHeader"
        | "MultipleAllowOriginValues"
        | "InvalidAllowOriginValue"
        | "AllowOriginMismatch" => Refusal::Origin,
        "WildcardOriginNotAllowed" | "InvalidAllowCredentials" => Refusal::Credentials,
        "InvalidStatus" => Refusal::Status,
        "InvalidAllowMethodsPreflightResponse" | "MethodDisallowedByPreflightResponse" => Refusal::Method,
        "InvalidAllowHeadersPreflightResponse" | "HeaderDisallowedByPreflightResponse" => Refusal::Header,
        _ => return None,
    };
    Some((step, refusal))
}

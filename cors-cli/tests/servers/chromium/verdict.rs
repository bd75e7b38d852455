//! Chromium's verdict beside the model's.

use std::collections::BTreeSet;

use cors_compiler::browser::{Refusal, Step, Verdict};

use super::browser::Outcome;

/// In what the browser differs from the model, for a person to read; nothing if it does not. Of the headers that
/// the script can read only those that `answered` names count: servers add some of their own.
pub(crate) fn difference(expected: &Verdict, outcome: &Outcome, answered: &BTreeSet<String>) -> Option<String> {
    match (expected, outcome) {
        (Verdict::Allowed { exposed }, Outcome::Response { headers, .. }) => {
            let of_interest = |names: &[String]| -> BTreeSet<String> {
                names.iter().filter(|name| answered.contains(*name)).cloned().collect()
            };
            let (expected, read) = (of_interest(exposed), of_interest(headers));
            (expected != read).then(|| format!("expected to read {expected:?}, read {read:?}"))
        }
        (&Verdict::Refused { at, reason }, Outcome::Failure { cause: Some(cause), .. }) => {
            (refusal(cause) != Some((at, reason))).then(|| format!("expected {reason:?} at {at:?}, got {cause}"))
        }
        (expected, outcome) => Some(format!("expected {expected:?}, got {outcome:?}")),
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
        "InvalidStatus" | "DisallowedRedirect" => Refusal::Status,
        "InvalidAllowMethodsPreflightResponse" | "MethodDisallowedByPreflightResponse" => Refusal::Method,
        "InvalidAllowHeadersPreflightResponse" | "HeaderDisallowedByPreflightResponse" => Refusal::Header,
        _ => return None,
    };
    Some((step, refusal))
}

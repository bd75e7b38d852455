//! What would have to change in a policy for a failed test to pass.

use super::yaml;
use crate::browser::Fetch;
use crate::fetch::Refusal;
use crate::fetch::method::is_cors_safelisted_method;
use crate::ir::{Access, Expect, Policy, Test};
use crate::judgement::missing_headers;
use crate::reference;

/// What to change, or that the expectation is wrong.
pub(super) fn advice(policy: Option<&Policy>, test: &Test, fetch: &Fetch, found: Expect) -> String {
    let change = match (policy, test.expect.value, found) {
        (None, ..) => Some("let a route lead the path to a policy".to_owned()),
        (Some(policy), Expect::Allow, Expect::Refuse(reason)) => Some(permit(policy, fetch, reason)),
        (Some(policy), Expect::Refuse(reason), Expect::Allow) => forbid(policy, fetch, reason),
        // What is refused first hides what comes after it.
        (Some(policy), Expect::Refuse(wanted), Expect::Refuse(reason)) => forbid(policy, fetch, wanted)
            .filter(|_| rank(wanted) < rank(reason))
            .or_else(|| Some(permit(policy, fetch, reason))),
        (Some(_), Expect::Allow, Expect::Allow) => None,
    };
    let expect = yaml::expect(found);
    match change {
        Some(change) => format!("{change}; or the expectation is wrong: `expect: {expect}`"),
        None => format!("no policy can do that: `expect: {expect}`"),
    }
}

/// The order in which a browser looks for what is wrong.
fn rank(reason: Refusal) -> usize {
    [Refusal::Origin, Refusal::Credentials, Refusal::Status, Refusal::Method, Refusal::Header]
        .iter()
        .position(|known| *known == reason)
        .unwrap_or(0)
}

/// What would allow what is refused.
fn permit(policy: &Policy, fetch: &Fetch, reason: Refusal) -> String {
    let name = &policy.name.value;
    match reason {
        Refusal::Origin | Refusal::Status => format!("list `{}` in `allow_origins` of policy `{name}`", fetch.origin),
        Refusal::Credentials => match policy.access {
            Access::Anyone(_) => {
                format!("list the origins of policy `{name}` in place of `*`, and add `allow_credentials: true`")
            }
            Access::Listed { .. } => format!("add `allow_credentials: true` to policy `{name}`"),
        },
        Refusal::Method => format!("add `{}` to `allow_methods` of policy `{name}`", fetch.method),
        Refusal::Header => {
            let missing: Vec<String> =
                missing_headers(policy, fetch).into_iter().map(|name| format!("`{name}`")).collect();
            format!("add {} to `allow_headers` of policy `{name}`", missing.join(", "))
        }
    }
}

/// What would refuse what is allowed; `None` if no policy refuses that.
fn forbid(policy: &Policy, fetch: &Fetch, reason: Refusal) -> Option<String> {
    let name = &policy.name.value;
    match reason {
        Refusal::Origin | Refusal::Status => Some(match &policy.access {
            Access::Anyone(_) => format!("list the origins of policy `{name}` in place of `*`"),
            Access::Listed { origins, .. } => {
                let entries = origins.iter().map(|origin| &origin.pattern.value);
                let entries = entries.filter(|pattern| reference::matches(pattern, &fetch.origin));
                let entries: Vec<String> = entries.map(|pattern| format!("`{pattern}`")).collect();
                format!("remove or narrow {} in `allow_origins` of policy `{name}`", entries.join(", "))
            }
        }),
        Refusal::Credentials => {
            fetch.credentials.then(|| format!("remove `allow_credentials: true` from policy `{name}`"))
        }
        Refusal::Method if is_cors_safelisted_method(&fetch.method) => None,
        Refusal::Method => Some(match policy.allow_methods.wildcard {
            Some(_) => format!("list the methods of policy `{name}` in place of `*`"),
            None => format!("remove `{}` from `allow_methods` of policy `{name}`", fetch.method),
        }),
        Refusal::Header if fetch.unsafe_headers.is_empty() => None,
        Refusal::Header => Some(format!(
            "remove one of `{}` from `allow_headers` of policy `{name}`",
            fetch.unsafe_headers.join("`, `")
        )),
    }
}

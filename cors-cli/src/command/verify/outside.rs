//! Whose answers a server gives: those of which policy, at a path where another is to answer, or none.

use cors_compiler::boundary::Shape;
use cors_compiler::ir::Policy;
use cors_compiler::reference::{Headers, Response, allows_origin, respond};

use super::checks::{Aspect, CREDENTIALS, Exchange, Finding, ORIGIN};
use super::edges::Outside;
use super::lists::{List, compare};
use super::probes::NO_POLICY;

/// The first of the policies that would give all these answers, which tell of allowed origins.
pub(crate) fn answerer<'p>(
    mut policies: impl Iterator<Item = &'p Policy>,
    exchanges: &[&Exchange<'_>],
) -> Option<&'p Policy> {
    let with_origin: Vec<&&Exchange<'_>> =
        exchanges.iter().filter(|exchange| exchange.probe.origin.is_some()).collect();
    policies.find(|policy| {
        let admits = |preflight| {
            with_origin.iter().any(|exchange| exchange.probe.is_preflight() == preflight && exchange.is_admitted())
        };
        admits(true) && admits(false) && with_origin.iter().all(|exchange| gives(policy, exchange))
    })
}

/// Whether the policy gives this answer, as far as a browser can tell, and no word more.
pub(super) fn gives(policy: &Policy, exchange: &Exchange<'_>) -> bool {
    let (probe, real) = (&exchange.probe, &exchange.real);
    if !allows_origin(policy, probe.origin.as_deref().unwrap_or_default()) {
        return !exchange.is_admitted();
    }
    let untouched = |_: &_| Response { status: real.status, headers: Headers::default() };
    let expected = respond(policy, &probe.request(), untouched);
    let same = |name: &str| expected.headers.all(name).eq(real.headers.all(name));
    let lists = List::of(probe.is_preflight());
    same(ORIGIN)
        && same(CREDENTIALS)
        && (!probe.is_preflight() || (200..300).contains(&real.status))
        && lists.iter().all(|list| compare(list, &expected.headers, &real.headers, true).is_none())
}

/// What is to be said of the answers at a path that no policy is to answer. The application may have CORS headers
/// of its own there: only what is a policy's to the letter is a failure.
pub(crate) fn findings<'a, 'e>(outside: &Outside<'a>, exchanges: &[&'e Exchange<'a>]) -> Vec<Finding<'a, 'e>> {
    let refuses = |policy: &Policy| {
        let mut asked = exchanges.iter().filter_map(|exchange| exchange.probe.origin.as_deref());
        asked.any(|origin| !allows_origin(policy, origin))
    };
    // Of a policy open to everyone, only its lists can be told from the `*` of an application.
    let has_lists = |policy: &Policy| !policy.preflight_headers().is_empty() || !policy.actual_headers().is_empty();
    let telling = |policy: &&Policy| if policy.varies_on_origin() { refuses(policy) } else { has_lists(policy) };
    let found = answerer(outside.feared.iter().copied().filter(telling), exchanges);
    let admitted = exchanges.iter().filter(|exchange| exchange.is_admitted());
    let lets_in_strangers = admitted.clone().any(|exchange| exchange.probe.shape == Shape::Unrelated);
    let finding = |exchange: &&'e Exchange<'a>| {
        let (aspect, what) = match found {
            Some(policy) => {
                let what = format!("policy {} answers here, where none is to answer", policy.name.value);
                (Aspect::Outside, what)
            }
            None if lets_in_strangers || exchange.probe.shape != Shape::Listed => (
                Aspect::Unseen,
                format!("the application has CORS headers of its own where the policy is `{NO_POLICY}`"),
            ),
            None => {
                let name = &exchange.probe.policy.name.value;
                let what = format!(
                    "where the policy is `{NO_POLICY}`, origins of policy {name} are let in and others are not, unlike \
                     the policy does it: by the application, or by a route that reaches too far"
                );
                (Aspect::Unseen, what)
            }
        };
        Finding { exchange, aspect, what, place: outside.place }
    };
    admitted.map(finding).collect()
}

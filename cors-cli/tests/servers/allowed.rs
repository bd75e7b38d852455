//! The differences from the reference that each server is known for and cannot help; `docs/targets.md` tells of them.
//!
//! A row that no longer occurs fails the test: it is stale.

use cors_compiler::ir::Policy;
use cors_compiler::reference::{allows_origin, matches};

use crate::compare::{Aspect, Exchange, vary};

/// The servers under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// nginx 1.23 and later, which sees all fields of a name as one.
    Nginx,
    /// nginx before 1.23, which sees the first of several fields of a name.
    NginxBefore1_23,
    /// The profile `native`.
    Envoy,
    /// The profile `exact`.
    EnvoyExact,
    Hyper,
}

/// One known difference.
pub(crate) struct Allowed {
    pub(crate) target: Target,
    pub(crate) what: &'static str,
    pub(crate) admits: fn(&Exchange<'_>, Aspect) -> bool,
}

/// All known differences. Browsers see none of them: those that touch a verdict concern requests that
/// no browser sends.
pub(crate) const ALLOWED: &[Allowed] = &[
    Allowed {
        target: Target::NginxBefore1_23,
        what: "of several Origin fields the first only is seen",
        admits: |exchange, aspect| {
            let origins = exchange.case.stated_origins();
            let first_allowed = || exchange.policy.is_some_and(|policy| allows_origin(policy, origins[0]));
            let answered = exchange.real.headers.all("access-control-allow-origin");
            aspect != Aspect::Forwarded && origins.len() > 1 && first_allowed() && answered.eq([origins[0]])
        },
    },
    Allowed {
        target: Target::NginxBefore1_23,
        what: "Origin once more if the upstream sends several Vary fields and it is not in the first",
        admits: |exchange, aspect| {
            let (expected, real) = (vary(&exchange.expected.headers), vary(&exchange.real.headers));
            let fields = exchange.expected.headers.all("vary").count();
            aspect == Aspect::Vary && fields > 1 && expected.0 == real.0 && expected.1 + 1 == real.1
        },
    },
    Allowed {
        target: Target::NginxBefore1_23,
        what: "a tab beside a value belongs to it",
        admits: is_refused_for_a_tab,
    },
    Allowed { target: Target::Nginx, what: "a tab beside a value belongs to it", admits: is_refused_for_a_tab },
    Allowed {
        target: Target::Envoy,
        what: "an allowed preflight is answered with 200",
        admits: |exchange, aspect| {
            aspect == Aspect::Status && exchange.expected.status == 204 && exchange.real.status == 200
        },
    },
    Allowed {
        target: Target::Envoy,
        what: "a refused preflight is answered with 200",
        admits: |exchange, aspect| {
            aspect == Aspect::Status && is_refused_preflight(exchange) && exchange.real.status == 200
        },
    },
    Allowed {
        target: Target::Envoy,
        what: "Access-Control-Expose-Headers on preflights",
        admits: |exchange, aspect| {
            aspect == Aspect::Field("access-control-expose-headers") && exchange.expected.status == 204
        },
    },
    Allowed {
        target: Target::Envoy,
        what: "lists and credentials on refused preflights, without Access-Control-Allow-Origin",
        admits: |exchange, aspect| {
            let without_origin = exchange.real.headers.all("access-control-allow-origin").next().is_none();
            matches!(aspect, Aspect::Field(name) if name.starts_with("access-control-"))
                && is_refused_preflight(exchange)
                && without_origin
        },
    },
    Allowed {
        target: Target::Envoy,
        what: "Origin once more in the upstream's Vary that has it, or beside its `*`",
        admits: |exchange, aspect| {
            let (mut expected, real) = (vary(&exchange.expected.headers), vary(&exchange.real.headers));
            if expected.0 == ["*"] {
                expected.0.push("origin".to_owned());
            }
            aspect == Aspect::Vary && expected.0 == real.0 && expected.1 + 1 == real.1
        },
    },
    Allowed {
        target: Target::Envoy,
        what: "no limit to the length of an origin that matches otherwise",
        admits: |exchange, aspect| {
            let &[origin] = exchange.case.stated_origins().as_slice() else { return false };
            let too_long = |policy: &Policy| {
                origin.len() > policy.longest_origin()
                    && policy.origins().iter().any(|entry| matches(&entry.pattern.value, origin))
            };
            aspect != Aspect::Forwarded && exchange.policy.is_some_and(too_long)
        },
    },
];

fn is_refused_preflight(exchange: &Exchange<'_>) -> bool {
    exchange.case.is_preflight() && exchange.expected.status == 403
}

/// nginx takes off spaces only; no browser sends either.
fn is_refused_for_a_tab(exchange: &Exchange<'_>, aspect: Aspect) -> bool {
    let tab = exchange.case.origins.iter().any(|origin| origin.starts_with('\t') || origin.ends_with('\t'));
    tab && aspect != Aspect::Forwarded && exchange.real.headers.all("access-control-allow-origin").next().is_none()
}

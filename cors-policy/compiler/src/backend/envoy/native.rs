//! The profile `native`: Envoy's own CORS filter, with what it lacks done by a `header_mutation` filter
//! outside it (`Vary`, the constant `*`), and the upstream's CORS headers removed by the route.

use std::collections::BTreeMap;

use super::api::{Any, Append, AppendAction, CorsPolicy, Filter, HeaderMutationPerRoute, PolicyConfig, StringMatch};
use super::lua;
use super::versions::FORWARD_NOT_MATCHING;
use crate::backend::Version;
use crate::backend::regex::{Demands, regex};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Access, Policy};
use crate::reference::CORS_RESPONSE_HEADERS;

/// The name of the filter that does what Envoy's CORS filter lacks.
pub(super) const RESPONSE_HEADERS_FILTER: &str = "cors_response_headers";
/// The name of Envoy's CORS filter.
pub(super) const CORS_FILTER: &str = "envoy.filters.http.cors";

/// What a regular expression must be. Envoy accepts programs of 100 instructions
/// (`re2.max_program_size.error_level`); ours are estimated.
const DEMANDS: Demands = Demands { length: usize::MAX, instructions: 95, unambiguous: false };
/// What a list of matchers may cost, an exact one counting as 1: from there on one script costs less.
const MOST_COST: usize = 100;
/// A regular expression takes more than ten times as long as an exact matcher, but a person reads a dozen
/// of them more easily than a script.
const REGEX_COST: usize = 8;

/// How a policy's origins are matched.
pub(super) enum Matching {
    /// The filter's own word for everyone.
    Anyone,
    /// One matcher each.
    Each(Vec<StringMatch>),
    /// One script for all of them.
    Script,
}

/// The two filters, in order: the first one is the last to see a response.
pub(super) fn filters() -> Vec<Filter> {
    vec![Filter::new(RESPONSE_HEADERS_FILTER, Any::HeaderMutation {}), Filter::new(CORS_FILTER, Any::Cors {})]
}

/// One matcher for each origin while these are few and within RE2's limit, else one script.
pub(super) fn matching(policy: &Policy) -> Matching {
    let Access::Listed { origins, .. } = &policy.access else { return Matching::Anyone };
    let exact = |pattern: &OriginPattern| pattern.as_exact().is_some();
    let cost = |pattern: &OriginPattern| if exact(pattern) { 1 } else { REGEX_COST };
    if origins.iter().map(|origin| cost(&origin.pattern.value)).sum::<usize>() > MOST_COST {
        return Matching::Script;
    }
    let matcher = |pattern: &OriginPattern| match pattern.as_exact() {
        Some(exact) => Some(StringMatch::exact(&exact)),
        None => regex(pattern, DEMANDS).ok().map(|regex| StringMatch::regex(regex.text)),
    };
    let matchers: Option<Vec<StringMatch>> = origins.iter().map(|origin| matcher(&origin.pattern.value)).collect();
    matchers.map_or(Matching::Script, Matching::Each)
}

/// What a route or virtual host says of a policy. Every field is set: one that is left out would be
/// inherited from the level above.
pub(super) fn config(policy: &Policy, version: Version) -> PolicyConfig {
    let cors = CorsPolicy {
        allow_origin_string_match: match matching(policy) {
            Matching::Anyone => vec![StringMatch::exact("*")],
            Matching::Each(matchers) => matchers,
            Matching::Script => vec![StringMatch::lua(script(policy))],
        },
        allow_methods: policy.allow_methods.header_value().unwrap_or_default(),
        allow_headers: policy.allow_headers.header_value().unwrap_or_default(),
        expose_headers: policy.expose_headers.header_value().unwrap_or_default(),
        max_age: policy.max_age.as_ref().map(|seconds| seconds.value.to_string()).unwrap_or_default(),
        allow_credentials: policy.allows_credentials(),
        allow_private_network_access: policy.allow_private_network.is_some(),
        forward_not_matching_preflights: (version >= FORWARD_NOT_MATCHING.since).then_some(false),
    };
    let mutations = HeaderMutationPerRoute::new(response_headers(policy));
    PolicyConfig {
        typed_per_filter_config: BTreeMap::from([
            (CORS_FILTER.to_owned(), Any::CorsPolicy(cors)),
            (RESPONSE_HEADERS_FILTER.to_owned(), Any::HeaderMutationPerRoute(mutations)),
        ]),
        response_headers_to_remove: CORS_RESPONSE_HEADERS.map(str::to_owned).to_vec(),
    }
}

fn script(policy: &Policy) -> String {
    let mut text = lua::allows(policy);
    text.line("");
    text.verbatim("function envoy_match(origin)\n  return allows(origin)\nend");
    text.finish()
}

/// The headers that Envoy's CORS filter does not write as they must be.
fn response_headers(policy: &Policy) -> Vec<Append> {
    let mut headers = Vec::new();
    if policy.varies_on_origin() {
        headers.push(Append::new("vary", "Origin", AppendAction::AppendIfExistsOrAdd));
    } else {
        // The filter would echo the origin, and say nothing to requests without one.
        headers.push(Append::new("access-control-allow-origin", "*", AppendAction::OverwriteIfExistsOrAdd));
        if let Some(names) = policy.expose_headers.header_value() {
            headers.push(Append::new("access-control-expose-headers", &names, AppendAction::OverwriteIfExistsOrAdd));
        }
    }
    // For a lone `*` the filter echoes what was asked for, which would let `Authorization` through.
    let lists = [
        ("access-control-allow-methods", policy.allow_methods.header_value()),
        ("access-control-allow-headers", policy.allow_headers.header_value()),
    ];
    for (name, value) in lists {
        if value.as_deref() == Some("*") {
            headers.push(Append::new(name, "*", AppendAction::OverwriteIfExists));
        }
    }
    headers
}

//! Which Envoy knows what the output is made of.

use crate::backend::{Job, Profile, Version};
use crate::diagnostic::code::NOT_EXPRESSIBLE;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ir::Access;

/// Something that a configuration may contain.
pub(super) struct Construct {
    /// As Envoy calls it.
    pub(super) name: &'static str,
    /// The first version that knows it.
    pub(super) since: Version,
    /// Where that is written, in Envoy's sources unless it says otherwise.
    #[cfg_attr(not(test), expect(dead_code, reason = "for those who check the table"))]
    pub(super) source: &'static str,
}

/// The oldest Envoy that anything is compiled for: all rows of [`ALWAYS`] are known to it.
pub const OLDEST: Version = Version(1, 26, 0);

/// The Envoy that the output is for if nothing is said: all constructs are known to it.
pub(super) const DEFAULT: Version = Version(1, 30, 0);

/// What every output contains.
#[cfg_attr(not(test), expect(dead_code, reason = "a test compares it with the oldest version"))]
pub(super) const ALWAYS: &[Construct] = &[
    Construct {
        name: "path_separated_prefix",
        since: Version(1, 22, 0),
        source: "docs/root/version_history/v1.22.0.rst, router",
    },
    Construct {
        name: "path_config_source",
        since: Version(1, 22, 0),
        source: "docs/root/version_history/v1.22.0.rst, config",
    },
    Construct {
        name: "envoy.extensions.filters.http.cors.v3.CorsPolicy",
        since: Version(1, 24, 0),
        source: "changelogs/1.24.0.yaml, deprecated, cors: the message that replaces it",
    },
    Construct {
        name: "allow_private_network_access",
        since: Version(1, 24, 0),
        source: "changelogs/1.24.0.yaml, new_features, cors",
    },
    Construct {
        name: "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
        since: Version(1, 26, 0),
        source: "changelogs/1.26.0.yaml, new_features, http filter",
    },
];

/// Without it a refused preflight is passed on.
pub(super) const FORWARD_NOT_MATCHING: Construct = Construct {
    name: "forward_not_matching_preflights",
    since: Version(1, 30, 0),
    source: "changelogs/1.30.0.yaml, new_features, cors",
};

/// One script instead of a list of matchers.
#[cfg(test)]
pub(super) const LUA_STRING_MATCHER: Construct = Construct {
    name: "envoy.string_matcher.lua",
    since: Version(1, 30, 0),
    source: "changelogs/1.30.0.yaml, new_features, string matcher",
};

/// The Lua filter without a script of its own: older ones may ask for `inline_code`, deprecated since.
pub(super) const LUA_WITHOUT_SCRIPT: Construct = Construct {
    name: "a Lua filter without default_source_code",
    since: Version(1, 30, 0),
    source: "docs/root/configuration/http/http_filters/lua_filter.rst, \"This default script is optional\"",
};

/// The version that the output is for.
pub(super) fn chosen(job: &Job<'_>) -> Version {
    job.options.envoy_version.unwrap_or(DEFAULT)
}

/// Reports each policy that cannot be said to the chosen version.
pub(super) fn check(job: &Job<'_>, diagnostics: &mut Diagnostics) {
    let version = chosen(job);
    for policy in job.policies() {
        let (place, construct, otherwise) = match (job.options.profile, &policy.access) {
            (Profile::Exact, Access::Anyone(place) | Access::Listed { place, .. }) => {
                (place, &LUA_WITHOUT_SCRIPT, "the profile `exact` needs it")
            }
            // Nothing is ever refused, and nothing is matched.
            (Profile::Native, Access::Anyone(_)) => continue,
            (Profile::Native, Access::Listed { place, .. }) => {
                (place, &FORWARD_NOT_MATCHING, "without it a refused preflight would be passed on")
            }
        };
        if version >= construct.since {
            continue;
        }
        let Construct { name, since, .. } = construct;
        let message = format!("Envoy {version} does not know {name}; {otherwise}");
        let help = format!("compile for Envoy {since} or later: --envoy-version {since}");
        diagnostics.push(Diagnostic::new(&NOT_EXPRESSIBLE, message).at(*place, "for these origins").help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_version_knows_what_is_always_there() {
        assert_eq!(ALWAYS.iter().map(|construct| construct.since).max(), Some(OLDEST));
        assert!(ALWAYS.iter().all(|construct| !construct.source.is_empty() && !construct.name.is_empty()));
    }

    #[test]
    fn the_default_version_knows_everything() {
        let newest = [FORWARD_NOT_MATCHING, LUA_STRING_MATCHER, LUA_WITHOUT_SCRIPT].map(|construct| construct.since);
        assert_eq!(newest.into_iter().max(), Some(DEFAULT));
    }
}

//! Which Envoy knows what the output is made of.

use super::native::{Matching, matching};
use crate::backend::{Job, Profile, Version};
use crate::diagnostic::code::NOT_EXPRESSIBLE;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ir::{Access, Policy};
use crate::source::Place;

/// Something of Envoy's that a configuration may contain.
#[derive(Debug)]
pub struct Construct {
    /// As Envoy calls it.
    pub name: &'static str,
    /// The first version that is known to have it.
    pub since: Version,
    /// Where that is written, in Envoy's sources.
    pub source: &'static str,
}

/// The oldest Envoy that anything is compiled for: it knows what every output contains.
pub const OLDEST: Version = Version(1, 26, 0);

/// The Envoy that the output is for if nothing is said: it knows everything.
const DEFAULT: Version = Version(1, 30, 0);

/// Without it a refused preflight is passed on.
pub(super) const FORWARD_NOT_MATCHING: &Construct =
    &Construct { name: "forward_not_matching_preflights", since: Version(1, 30, 0), source: "changelogs/1.30.0.yaml" };

/// One script instead of a list of matchers.
const LUA_STRING_MATCHER: &Construct =
    &Construct { name: "envoy.string_matcher.lua", since: Version(1, 30, 0), source: "changelogs/1.30.0.yaml" };

/// Older ones may ask for `inline_code`, which is deprecated.
const LUA_WITHOUT_SCRIPT: &Construct = &Construct {
    name: "a Lua filter without default_source_code",
    since: Version(1, 30, 0),
    source: "docs/root/configuration/http/http_filters/lua_filter.rst",
};

/// Everything that came after Envoy's API of version 3; what an output always contains first.
pub const CONSTRUCTS: &[&Construct] = &[
    &Construct {
        name: "path_separated_prefix",
        since: Version(1, 22, 0),
        source: "docs/root/version_history/v1.22.0.rst",
    },
    &Construct {
        name: "path_config_source",
        since: Version(1, 22, 0),
        source: "docs/root/version_history/v1.22.0.rst",
    },
    // Its changelog deprecates what this message replaces.
    &Construct { name: "CorsPolicy", since: Version(1, 24, 0), source: "changelogs/1.24.0.yaml" },
    &Construct { name: "allow_private_network_access", since: Version(1, 24, 0), source: "changelogs/1.24.0.yaml" },
    &Construct { name: "header_mutation", since: OLDEST, source: "changelogs/1.26.0.yaml" },
    FORWARD_NOT_MATCHING,
    LUA_STRING_MATCHER,
    LUA_WITHOUT_SCRIPT,
];

/// The version that the output is for.
pub(super) fn chosen(job: &Job<'_>) -> Version {
    job.options.envoy_version.unwrap_or(DEFAULT)
}

/// Reports each policy that cannot be said to the chosen version.
pub(super) fn check(job: &Job<'_>, diagnostics: &mut Diagnostics) {
    let version = chosen(job);
    for policy in job.policies() {
        let needed = needs(job.options.profile, policy);
        let Some((construct, why)) = needed.into_iter().find(|(construct, _)| version < construct.since) else {
            continue;
        };
        let Construct { name, since, .. } = construct;
        let place: Place = match policy.access {
            Access::Anyone(place) | Access::Listed { place, .. } => place,
        };
        let message = format!("Envoy {version} may not know {name}; {why}");
        let help = format!("compile for Envoy {since} or later: --envoy-version {since}");
        diagnostics.push(Diagnostic::new(&NOT_EXPRESSIBLE, message).at(place, "for these origins").help(help));
    }
}

/// What a policy needs beside what the oldest version knows, and why.
fn needs(profile: Profile, policy: &Policy) -> Vec<(&'static Construct, &'static str)> {
    let refused = (FORWARD_NOT_MATCHING, "without it a refused preflight would be passed on");
    match (profile, matching(policy)) {
        (Profile::Exact, _) => vec![(LUA_WITHOUT_SCRIPT, "the profile `exact` needs it")],
        // Nothing is ever refused.
        (Profile::Native, Matching::Anyone) => Vec::new(),
        (Profile::Native, Matching::Each(_)) => vec![refused],
        (Profile::Native, Matching::Script) => {
            vec![refused, (LUA_STRING_MATCHER, "origins as many or as long as these need it")]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_version_knows_everything() {
        assert_eq!(CONSTRUCTS.iter().map(|construct| construct.since).max(), Some(DEFAULT));
    }

    #[test]
    fn the_documentation_has_the_table() {
        let page = include_str!("../../../../../docs/envoy.md");
        for Construct { name, since: Version(major, minor, _), source } in CONSTRUCTS {
            let version = format!("| {major}.{minor} |");
            let row = page.lines().find(|line| line.starts_with('|') && line.contains(name) && line.contains(&version));
            assert!(row.is_some_and(|row| row.contains(source)), "{name}, {version} {source}");
        }
    }
}

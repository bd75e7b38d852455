//! The comments with which an output begins: where it belongs, and what was chosen for it.

use super::native::{Matching, matching};
use crate::backend::{Job, Profile};
use crate::ir::Policy;

/// The header of an output, with what its shape has to say.
pub(super) fn header(job: &Job<'_>, notes: &[&str]) -> String {
    let mut lines = job.banner();
    let mut paragraph = |text: Vec<String>| {
        if !text.is_empty() {
            lines.push(String::new());
            lines.extend(text);
        }
    };
    let owned = |text: &[&str]| text.iter().map(|line| (*line).to_owned()).collect();
    paragraph(owned(notes));
    paragraph(owned(profile_notes(job)));
    paragraph(job.policies().iter().flat_map(|policy| matching_note(job, policy)).collect());
    lines.iter().map(|line| format!("{}\n", format!("# {line}").trim_end())).collect()
}

pub(super) const SNIPPET_NOTES: &[&str] = &[
    "http_connection_manager: merge into the HttpConnectionManager. The filters come first, in this",
    "order, before authentication; without them the policies below have no effect.",
    "policies: merge what stands below a policy's name into each route, or virtual host, that it",
    "covers. Use one level only: Envoy merges policies of several levels.",
    "virtual_hosts: the routes of the policy file, with a cluster named upstream.",
];

pub(super) const VIRTUAL_HOST_NOTES: &[&str] = &[
    "A virtual host: one of route_config.virtual_hosts, or a resource of VHDS. The http_filters before",
    "it must begin with those that `--shape snippet` prints; its routes lead to a cluster named upstream.",
];

pub(super) const RDS_NOTES: &[&str] = &[
    "Name this file in the HttpConnectionManager: rds.config_source.path_config_source.path, with",
    "route_config_name: cors_routes. Replace it by renaming. Its http_filters must begin with those that",
    "`--shape snippet` prints; Envoy needs node.id and node.cluster; routes lead to a cluster named",
    "upstream.",
];

pub(super) const BOOTSTRAP_NOTES: &[&str] = &["A complete configuration to try the policy out with: envoy -c FILE"];

fn profile_notes(job: &Job<'_>) -> &'static [&'static str] {
    match job.options.profile {
        Profile::Native => &[
            "Profile native: Envoy's CORS filter does not see redirect and direct_response routes, and answers",
            "preflights with 200; that of a refused origin has no Access-Control-Allow-Origin.",
        ],
        Profile::Exact => &[
            "Profile exact: a Lua filter answers preflights with 204, or 403 if the origin is refused, and sees",
            "redirect and direct_response routes too.",
        ],
    }
}

/// How a policy's origins are looked up.
fn matching_note(job: &Job<'_>, policy: &Policy) -> Option<String> {
    let (name, count) = (&policy.name.value, policy.origins().len());
    match (job.options.profile, matching(policy)) {
        (_, Matching::Anyone) => None,
        (Profile::Exact, _) => {
            Some(format!("{name}: origins are looked up in tables of the Lua filter; entries: {count}"))
        }
        (Profile::Native, Matching::Each(matchers)) => {
            Some(format!("{name}: origins are compared one by one; matchers: {}", matchers.len()))
        }
        (Profile::Native, Matching::Script) => {
            Some(format!("{name}: origins are looked up by one Lua string matcher; entries: {count}"))
        }
    }
}

//! What a policy's origins become in the Rust target: the tables of `cors_policy::__private`, with their
//! contents in vectors. What is printed and what the tests run is this.

mod automaton;
mod exact;
mod patterns;
mod table;

pub use automaton::Automaton;
pub use exact::Exact;
pub use patterns::{Head, Pattern, Patterns, Port, Suffixes, Wildcard};
pub use table::Table;

use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::ir::{Policy, Route, RoutePath};

/// The listed origins of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// The length of the shortest origin that can match.
    pub shortest: usize,
    /// The length of the longest one.
    pub longest: usize,
    /// Origins without a wildcard.
    pub exact: Exact,
    /// Origins with one.
    pub patterns: Patterns,
    /// Origins that regular expressions describe.
    pub automata: Vec<Automaton>,
}

impl Origins {
    /// The tables of a policy's origins. Deterministic.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        let listed = || policy.origins().iter().map(|origin| &origin.pattern.value);
        let mut exact: Vec<String> = listed().filter_map(OriginPattern::as_exact).collect();
        exact.sort();
        exact.dedup();
        Self {
            shortest: listed().map(shortest_match).min().unwrap_or(0),
            longest: policy.longest_origin(),
            exact: Exact::new(exact),
            patterns: Patterns::new(listed().filter_map(Pattern::new).collect()),
            automata: Automaton::all(listed().filter_map(|pattern| match pattern {
                OriginPattern::Regex(regex) => Some(&regex.dfa),
                OriginPattern::Null | OriginPattern::Tuple { .. } => None,
            })),
        }
    }
}

/// The length of the shortest origin that a pattern matches.
fn shortest_match(pattern: &OriginPattern) -> usize {
    let (scheme, host, port) = match pattern {
        OriginPattern::Null => return "null".len(),
        OriginPattern::Regex(regex) => return automaton::shortest_match(&regex.dfa),
        OriginPattern::Tuple { scheme, host, port } => (scheme, host, port),
    };
    let host = match host {
        HostPattern::Exact(host) => host.len(),
        HostPattern::Subdomains { suffix } => "x.".len() + suffix.len(),
        HostPattern::Label { before, after, suffix } => before.len() + after.len() + "x.".len() + suffix.len(),
    };
    let port = match port {
        PortPattern::Default | PortPattern::Any => 0,
        PortPattern::Exact(port) | PortPattern::Range(port, _) => 1 + port.to_string().len(),
    };
    scheme.len() + "://".len() + host + port
}

/// A route, and the place of the one to try if it does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRow {
    /// The path; of a subtree its root.
    pub path: String,
    /// Whether everything below the path belongs to it.
    pub subtree: bool,
    /// Where the route with the longest path is that this path begins with.
    pub parent: Option<usize>,
    /// The policy's name.
    pub policy: Option<String>,
}

/// The routes, sorted by the bytes of their paths; of the same path the subtree first.
#[must_use]
pub fn routes(routes: &[Route]) -> Vec<RouteRow> {
    let row = |route: &Route| {
        let (path, subtree) = match &route.path.value {
            RoutePath::Exact(path) => (path.clone(), false),
            RoutePath::Subtree(path) => (path.clone(), true),
        };
        RouteRow { path, subtree, parent: None, policy: route.policy.clone() }
    };
    let mut rows: Vec<RouteRow> = routes.iter().map(row).collect();
    rows.sort_by(|a, b| (&a.path, b.subtree).cmp(&(&b.path, a.subtree)));
    for index in 1..rows.len() {
        // A path that this one begins with stands before it, and so does everything between.
        let mut parent = Some(index - 1);
        while let Some(above) = parent.filter(|&above| !rows[index].path.starts_with(&rows[above].path)) {
            parent = rows[above].parent;
        }
        rows[index].parent = parent;
    }
    rows
}

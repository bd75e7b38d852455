//! `route-widens`: a route below another one allows what the other does not.

use std::collections::HashMap;

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::header_name::{is_cors_non_wildcard_request_header_name, is_cors_safelisted_response_header_name};
use crate::fetch::method::is_cors_safelisted_method;
use crate::inclusion::only_in;
use crate::ir::{File, Names, Policy, Route, RoutePath};

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "route-widens",
    severity: Severity::Info,
    acceptable: true,
    summary: "a more specific route allows what the one above it does not",
    explanation: include_str!("../explain/route-widens.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    let routes = file.routes.as_deref().unwrap_or(&[]);
    let policies: HashMap<&str, &Policy> =
        file.policies.iter().map(|policy| (policy.name.value.as_str(), policy)).collect();
    let policy = |route: &Route| policies.get(route.policy.as_deref()?).copied();
    let subtrees: HashMap<&str, &Route> = routes
        .iter()
        .filter_map(|route| match &route.path.value {
            RoutePath::Subtree(root) => Some((root.as_str(), route)),
            RoutePath::Exact(_) => None,
        })
        .collect();
    // Many routes have the same two policies.
    let mut known: HashMap<[&str; 2], Vec<String>> = HashMap::new();
    for route in routes {
        let (Some(policy), Some((above, outer))) =
            (policy(route), above(&route.path.value, &subtrees).and_then(|above| Some((above, policy(above)?))))
        else {
            continue;
        };
        let (inner, outer_name) = (&policy.name.value, &outer.name.value);
        let wider = known.entry([inner, outer_name]).or_insert_with(|| widenings(policy, outer));
        if wider.is_empty() {
            continue;
        }
        let message = format!("`{inner}` allows {}, which `{outer_name}` above it does not", wider.join(", "));
        let diagnostic = Diagnostic::new(&CODE, message)
            .at(&route.path, "this path is open to more")
            .at(&above.path, "than the one above it")
            .help("see that this is meant");
        findings.policy(policy, diagnostic);
    }
}

/// The nearest route above a path: of its subtree, or of that of the longest path that it continues.
fn above<'a>(path: &RoutePath, subtrees: &HashMap<&str, &'a Route>) -> Option<&'a Route> {
    let mut root = match path {
        RoutePath::Exact(path) => path.as_str(),
        RoutePath::Subtree(path) => path.rsplit_once('/')?.0,
    };
    loop {
        if let Some(route) = subtrees.get(root) {
            return Some(route);
        }
        root = root.rsplit_once('/')?.0;
    }
}

/// What the first policy allows and the second does not, an example of each kind.
fn widenings(inner: &Policy, outer: &Policy) -> Vec<String> {
    let credentials = (inner.allows_credentials() && !outer.allows_credentials()).then(|| "credentials".to_owned());
    [
        only_in(inner, Some(outer)).ok().flatten().map(|origin| format!("`{origin}`")),
        credentials,
        more_names(&inner.allow_methods, &outer.allow_methods, is_cors_safelisted_method, |_| false, "method"),
        more_names(
            &inner.allow_headers,
            &outer.allow_headers,
            |_| false,
            is_cors_non_wildcard_request_header_name,
            "request header",
        ),
        more_names(
            &inner.expose_headers,
            &outer.expose_headers,
            is_cors_safelisted_response_header_name,
            |_| false,
            "response header",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A name that only the first list allows: not one that is `always` allowed, nor what `*` covers.
fn more_names<T: AsRef<str>>(
    inner: &Names<T>,
    outer: &Names<T>,
    always: fn(&str) -> bool,
    beside_wildcard: fn(&str) -> bool,
    kind: &str,
) -> Option<String> {
    if inner.wildcard.is_some() && outer.wildcard.is_none() {
        return Some(format!("every {kind}"));
    }
    let listed = |name: &str| outer.listed.iter().any(|other| other.value.as_ref() == name);
    let covered = |name: &str| always(name) || listed(name) || (outer.wildcard.is_some() && !beside_wildcard(name));
    let name = inner.listed.iter().map(|name| name.value.as_ref()).find(|name| !covered(name))?;
    Some(format!("the {kind} `{name}`"))
}

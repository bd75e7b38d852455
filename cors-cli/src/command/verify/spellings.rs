//! The paths of routes in other spellings: with a query, and with a slash doubled.

use std::collections::HashSet;
use std::mem::discriminant;

use cors_compiler::ir::{File, Policy, Route, RoutePath};
use cors_compiler::reference::policy_for;

use super::checks::{Aspect, Exchange, Finding};
use super::edges::{Edge, Scope, edge, outside};
use super::outside::gives;
use super::targets::Target;

/// How the path of a target is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spelling<'a> {
    /// It has no doubled slash.
    Usual,
    /// A slash is doubled. The target's policy is that of the path with a single one, as nginx and Envoy compare it;
    /// here is what answers where the path is compared as it stands, which is no fault.
    DoubleSlash(Option<&'a Policy>),
}

/// Of the first route of each kind (an exact path or a subtree, with a policy or without) at which the spelling
/// makes a difference, and with `all` of all of them: the path once more with a query, and with its last slash
/// doubled.
pub(crate) fn spellings<'a>(file: &'a File, routes: &'a [Route], all: bool) -> Vec<Target<'a>> {
    let most = if all { usize::MAX } else { 1 };
    let mut found = Vec::new();
    for spell in [with_query, with_double_slash] {
        let mut kinds = HashSet::new();
        for route in routes {
            let kind = (discriminant(&route.path.value), route.policy.is_some());
            if !all && kinds.contains(&kind) {
                continue;
            }
            let target = spell(file, routes, route, most);
            kinds.extend(target.is_some().then_some(kind));
            found.extend(target);
        }
    }
    found
}

/// A query belongs to no path.
fn with_query<'a>(file: &'a File, routes: &'a [Route], route: &'a Route, most: usize) -> Option<Target<'a>> {
    let target = edge(file, routes, route, at(route)?, most)?;
    Some(Target { path: format!("{}?x=1", target.path), ..target })
}

/// The slash before the last segment; where it makes no difference whether slashes are merged, nothing.
fn with_double_slash<'a>(file: &'a File, routes: &'a [Route], route: &'a Route, most: usize) -> Option<Target<'a>> {
    let single = at(route).filter(|path| !path.contains("//"))?;
    let slash = single.trim_end_matches('/').rfind('/')?;
    let path = format!("{}/{}", &single[..slash], &single[slash..]);
    let (merged, as_it_stands) = (policy_for(file, single), policy_for(file, &path));
    let name = |policy: Option<&Policy>| policy.map(|policy| policy.name.value.clone());
    if name(merged) == name(as_it_stands) {
        return None;
    }
    let spelling = Spelling::DoubleSlash(as_it_stands);
    Some(match merged {
        Some(_) => {
            let scope = Scope::Edge(Edge { own: true, rival: as_it_stands });
            Target { policy: merged, path, missing: None, scope, spelling }
        }
        None => Target { spelling, ..outside(file, routes, route, path, most) },
    })
}

/// The path of a route; of `/**` there is none.
fn at(route: &Route) -> Option<&str> {
    let (RoutePath::Exact(path) | RoutePath::Subtree(path)) = &route.path.value;
    Some(path.as_str()).filter(|path| !path.is_empty())
}

/// What is to be said where a server compares a path with double slashes as it stands: a note instead of failures.
pub(crate) fn read_as_it_stands<'a, 'e>(
    target: &Target<'a>,
    exchanges: &[&'e Exchange<'a>],
    findings: Vec<Finding<'a, 'e>>,
) -> Vec<Finding<'a, 'e>> {
    let Spelling::DoubleSlash(as_it_stands) = target.spelling else { return findings };
    let mut with_origin = exchanges.iter().filter(|exchange| exchange.probe.origin.is_some());
    let is_redirected = || exchanges.iter().all(|exchange| (300..400).contains(&exchange.real.status));
    let obeys = match as_it_stands {
        Some(policy) => with_origin.all(|exchange| gives(policy, exchange)) || is_redirected(),
        // What an application says without a policy is its own matter.
        None => true,
    };
    if !obeys {
        return findings;
    }
    let note = |finding: Finding<'a, 'e>| {
        let what = "paths with double slashes are compared as they stand, and not as those with single ones; what is \
                    compiled for nginx and Envoy merges the slashes first (merge_slashes)";
        Finding { aspect: Aspect::Unseen, what: what.to_owned(), ..finding }
    };
    // What is a note already is about something else.
    let is_failure = |finding: &Finding<'_, '_>| finding.aspect != Aspect::Unseen;
    findings.into_iter().map(|finding| if is_failure(&finding) { note(finding) } else { finding }).collect()
}

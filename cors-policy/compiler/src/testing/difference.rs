//! A request that two policies, or two files, decide differently: the proof that they do not mean the same,
//! and a test that tells them apart.

use std::collections::HashSet;

use super::{NO_POLICY, expectation};
use crate::analysis::{Language, TooLarge, sent};
use crate::browser::Fetch;
use crate::fetch::header_name::is_forbidden_request_header;
use crate::fetch::method::is_cors_safelisted_method;
use crate::inclusion::only_in;
use crate::ir::{Access, Expect, File, Policy, RoutePath};
use crate::judgement;
use crate::reference;

/// A fetch that is decided differently, without its path; `None` if there is none that a test can make.
///
/// # Errors
/// The automata are too large to tell.
pub(super) fn of_policies(old: Option<&Policy>, new: Option<&Policy>) -> Result<Option<Fetch>, TooLarge> {
    let fetch = |origin: &str| Fetch {
        origin: origin.to_owned(),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        unsafe_headers: Vec::new(),
        credentials: false,
        upload_listener: false,
    };
    let more = |these: Option<&Policy>, those| these.map_or(Ok(None), |these| only_in(these, those));
    let origin = match more(old, new)? {
        None => more(new, old)?,
        lost => lost,
    };
    if let Some(origin) = origin {
        return Ok(Some(fetch(&origin)));
    }
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    let Some(origin) = example(old)? else { return Ok(None) };
    let plain = fetch(&origin);
    let method = |name: String| Fetch { method: name, ..plain.clone() };
    let header = |name: String| Fetch { unsafe_headers: vec![name], ..plain.clone() };
    let mut candidates = vec![Fetch { credentials: true, ..plain.clone() }];
    candidates.extend(methods(old, new).map(method));
    candidates.extend(headers(old, new).map(header));
    let outcome = |policy: &Policy, fetch: &Fetch| expectation(&judgement::verdict(policy, fetch));
    Ok(candidates.into_iter().find(|fetch| outcome(old, fetch) != outcome(new, fetch)))
}

/// What comes of a fetch under a policy, if there is one.
pub(super) fn outcome(policy: Option<&Policy>, fetch: &Fetch) -> Expect {
    policy.map_or(NO_POLICY, |policy| expectation(&judgement::verdict(policy, fetch)))
}

/// A path whose requests are decided differently since the routes are others, and such a request.
///
/// # Errors
/// The automata are too large to tell.
pub(super) fn of_routes(old: &File, new: &File) -> Result<Option<(String, Fetch)>, TooLarge> {
    let mut seen = HashSet::new();
    for path in paths(old).into_iter().chain(paths(new)) {
        let (before, after) = (reference::policy_for(old, &path), reference::policy_for(new, &path));
        let name = |policy: Option<&Policy>| policy.map(|policy| policy.name.value.clone());
        if name(before) == name(after) || !seen.insert((name(before), name(after))) {
            continue;
        }
        if let Some(fetch) = of_policies(before, after)? {
            return Ok(Some((path.clone(), Fetch { path, ..fetch })));
        }
    }
    Ok(None)
}

/// A path for each route that only it and those above it match, and the root of each subtree.
fn paths(file: &File) -> Vec<String> {
    let routes = file.routes.as_deref().unwrap_or(&[]);
    let below = |root: &str| {
        let mut fresh = (0..=routes.len()).map(|number| match number {
            0 => format!("{root}/other"),
            number => format!("{root}/other-{number}"),
        });
        let is_fresh = |path: &String| {
            let found = routes.iter().find(|route| route.path.value.matches(path));
            found.is_none_or(|found| found.path.value == RoutePath::Subtree(root.to_owned()))
        };
        fresh.find(is_fresh)
    };
    let mut paths = Vec::new();
    for route in routes {
        match &route.path.value {
            RoutePath::Exact(path) => {
                paths.push(path.clone());
                paths.extend(below(path));
            }
            RoutePath::Subtree(root) => {
                paths.extend(below(root));
                paths.push(if root.is_empty() { "/".to_owned() } else { root.clone() });
            }
        }
    }
    paths
}

/// An origin that a policy admits.
fn example(policy: &Policy) -> Result<Option<String>, TooLarge> {
    let Access::Listed { origins, .. } = &policy.access else { return Ok(Some("https://anyone.example".to_owned())) };
    if let Some(exact) = origins.iter().find_map(|origin| origin.pattern.value.as_exact()) {
        return Ok(Some(exact));
    }
    let Some(first) = origins.first() else { return Ok(None) };
    sent::witness(&[&Language::of(&first.pattern.value)?], &[])
}

/// Methods that one of two policies may allow and the other not: those that they list, and one that they do not.
fn methods<'a>(old: &'a Policy, new: &'a Policy) -> impl Iterator<Item = String> + 'a {
    let listed = |policy: &'a Policy| policy.allow_methods.listed.iter().map(|name| name.value.as_ref().to_owned());
    let usual = ["PUT", "DELETE", "PATCH", "QUERY", "PROPFIND"].map(str::to_owned);
    let unusual = (0..=old.allow_methods.listed.len() + new.allow_methods.listed.len()).map(|n| format!("METHOD-{n}"));
    let all = listed(new).chain(listed(old)).chain(usual).chain(unusual);
    all.filter(|name| !is_cors_safelisted_method(name))
}

/// The same of request headers, without those that are not asked for.
fn headers<'a>(old: &'a Policy, new: &'a Policy) -> impl Iterator<Item = String> + 'a {
    let listed = |policy: &'a Policy| policy.allow_headers.listed.iter().map(|name| name.value.as_ref().to_owned());
    let usual = ["content-type", "x-requested-with", "x-debug", "authorization"].map(str::to_owned);
    let unusual =
        (0..=old.allow_headers.listed.len() + new.allow_headers.listed.len()).map(|n| format!("x-header-{n}"));
    let all = listed(new).chain(listed(old)).chain(usual).chain(unusual);
    all.filter(|name| judgement::is_asked_for(name) && !is_forbidden_request_header(name))
}

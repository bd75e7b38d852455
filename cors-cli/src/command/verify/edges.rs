//! The edges of routes: their own paths, and paths beside them that another policy answers, or none.

use std::collections::HashSet;

use cors_compiler::boundary::{samples, spread};
use cors_compiler::fetch::pattern::OriginPattern;
use cors_compiler::ir::{File, Policy, Route, RoutePath};
use cors_compiler::reference::{allows_origin, policy_for};
use cors_compiler::source::Place;

use super::spellings::Spelling;
use super::targets::{MISSING, Target};

/// Of how many routes the edges are asked about, without `--all`.
const MOST_ROUTES: usize = 16;
/// Of how many policies an origin is asked about at a path without a policy, without `--all`.
const MOST_ORIGINS: usize = 4;

/// Why a target is asked, and how much of it.
#[derive(Debug)]
pub(crate) enum Scope<'a> {
    /// Everything.
    Full,
    /// The policy was asked about in full at another path.
    Brief,
    /// The path is at the edge of a route.
    Edge(Edge<'a>),
    /// No policy answers the path.
    Outside(Outside<'a>),
}

/// A path at the edge of a route, which a policy answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge<'a> {
    /// Whether the route is the one that matches; else it would answer if it reached further.
    pub(crate) own: bool,
    /// What would answer if the route reached less far, or further; `None` if no policy would.
    pub(crate) rival: Option<&'a Policy>,
}

/// A path that no policy answers.
#[derive(Debug)]
pub(crate) struct Outside<'a> {
    /// Policies that may answer by mistake, the likeliest first.
    pub(crate) feared: Vec<&'a Policy>,
    /// Origins that together tell of each of them, and one that allows each.
    pub(crate) origins: Vec<(String, &'a Policy)>,
    /// The route at whose edge it is; the last route if it is at none.
    pub(crate) place: Place,
}

/// The edges of the routes that are no targets yet.
pub(crate) fn edges<'a>(file: &'a File, routes: &'a [Route], known: &[Target<'a>], all: bool) -> Vec<Target<'a>> {
    let chosen: Vec<&Route> = routes.iter().collect();
    let chosen = spread(&chosen, if all { usize::MAX } else { MOST_ROUTES });
    let most = if all { usize::MAX } else { MOST_ORIGINS };
    let mut seen: HashSet<String> = known.iter().map(|target| target.path.clone()).collect();
    let mut found = Vec::new();
    for route in chosen {
        let (own, mut beside) = around(&route.path.value);
        // Below the next wider route, where a route without a beginning would show.
        let wider = own.last().and_then(|path| Some((path, &matching(routes, path).nth(1)?.path.value)));
        if let Some((path, RoutePath::Subtree(root))) = wider {
            beside.push(format!("{root}{path}"));
        }
        for path in own.into_iter().chain(beside).filter(|path| !path.is_empty() && !path.contains("//")) {
            found.extend(edge(file, routes, route, &path, most).filter(|target| seen.insert(target.path.clone())));
        }
    }
    if let Some(last) = routes.last() {
        let path = format!("/{MISSING}");
        let nowhere = matching(routes, &path).next().is_none() && seen.insert(path.clone());
        found.extend(nowhere.then(|| outside(file, routes, last, path, most)));
    }
    found
}

/// The paths that are the route's own, at its edge, and those beside them: one character more or less, something
/// before it, upper case, another character for a dot.
fn around(path: &RoutePath) -> (Vec<String>, Vec<String>) {
    let (own, whole) = match path {
        RoutePath::Exact(path) => (vec![path.clone()], path.clone()),
        RoutePath::Subtree(root) if root.is_empty() => return (Vec::new(), Vec::new()),
        RoutePath::Subtree(root) => (vec![root.clone(), format!("{root}/")], format!("{root}/")),
    };
    let bare = whole.trim_end_matches('/');
    let mut beside =
        vec![format!("{bare}x"), format!("/x{whole}"), whole.to_ascii_uppercase(), whole.replace('.', "x")];
    if matches!(path, RoutePath::Exact(_)) {
        beside.extend([bare.to_owned(), format!("{bare}/")]);
    }
    beside.retain(|path| !own.contains(path));
    (own, beside)
}

/// The routes that match a path, the most specific first.
fn matching<'a>(routes: &'a [Route], path: &str) -> impl Iterator<Item = &'a Route> {
    routes.iter().filter(move |route| route.path.value.matches(path))
}

/// What is to be asked at the edge of a route; nothing where a route that is too wide, or not wide enough,
/// would make no difference. `most` is of how many policies an origin is asked about where none answers.
pub(super) fn edge<'a>(
    file: &'a File,
    routes: &'a [Route],
    route: &'a Route,
    path: &str,
    most: usize,
) -> Option<Target<'a>> {
    let policy = |route: &Route| file.policy(route.policy.as_deref()?);
    let own = matching(routes, path).next().is_some_and(|first| first.path.value == route.path.value);
    let rival = match own {
        true => matching(routes, path).nth(1).and_then(policy),
        false => policy(route),
    };
    let Some(answering) = policy_for(file, path) else {
        return (own || rival.is_some()).then(|| outside(file, routes, route, path.to_owned(), most));
    };
    let differs = rival.is_none_or(|rival| rival.name.value != answering.name.value);
    let scope = Scope::Edge(Edge { own, rival });
    let path = path.to_owned();
    differs.then_some(Target { policy: Some(answering), path, missing: None, scope, spelling: Spelling::Usual })
}

/// A path that no policy answers.
pub(super) fn outside<'a>(file: &'a File, routes: &[Route], route: &Route, path: String, most: usize) -> Target<'a> {
    let near = matching(routes, &path).chain([route]).filter_map(|route| file.policy(route.policy.as_deref()?));
    let mut feared: Vec<&Policy> = Vec::new();
    for policy in near.chain(&file.policies) {
        if feared.iter().all(|known| known.name.value != policy.name.value) {
            feared.push(policy);
        }
    }
    let mut origins: Vec<(String, &Policy)> = Vec::new();
    for &policy in feared.iter().filter(|policy| policy.varies_on_origin()) {
        if !origins.iter().any(|(origin, _)| allows_origin(policy, origin)) {
            origins.extend(listed(policy).map(|origin| (origin, policy)));
        }
    }
    origins.truncate(most);
    Target {
        policy: None,
        path,
        missing: None,
        scope: Scope::Outside(Outside { feared, origins, place: route.path.place }),
        spelling: Spelling::Usual,
    }
}

/// An origin that the policy lists.
fn listed(policy: &Policy) -> Option<String> {
    let samples = policy.origins().iter().flat_map(|entry| match &entry.pattern.value {
        OriginPattern::Null => vec!["null".to_owned()],
        pattern => samples(pattern).iter().map(ToString::to_string).collect(),
    });
    samples.into_iter().find(|origin| allows_origin(policy, origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_has_its_own_edge_and_what_lies_beside_it() {
        for (path, own, beside) in [
            (RoutePath::Subtree("/api".to_owned()), &["/api", "/api/"][..], &["/apix", "/x/api/", "/API/"][..]),
            (RoutePath::Exact("/a.js".to_owned()), &["/a.js"], &["/a.jsx", "/x/a.js", "/A.JS", "/axjs", "/a.js/"]),
            (RoutePath::Exact("/1/".to_owned()), &["/1/"], &["/1x", "/x/1/", "/1"]),
            (RoutePath::Subtree(String::new()), &[], &[]),
        ] {
            let found = around(&path);
            assert_eq!(
                found,
                (own.iter().map(|&p| p.to_owned()).collect(), beside.iter().map(|&p| p.to_owned()).collect())
            );
        }
    }
}

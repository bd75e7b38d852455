//! What is asked: a path for each policy that the server is to enforce, and the edges of its routes.

use cors_compiler::ir::{File, Policy, Route, RoutePath};
use cors_compiler::reference::policy_for;
use cors_compiler::source::Source;

use super::Verify;
use super::edges::{Scope, edges};
use super::spellings::{Spelling, spellings};
use crate::command::named;
use crate::command::verify::client::Site;
use crate::exit::Error;

/// The last segment of a path that no server has.
pub(crate) const MISSING: &str = "cors-verify-no-such-path";

/// A path and the policy that answers it.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    /// `None` outside of all policies.
    pub(crate) policy: Option<&'a Policy>,
    /// With the query.
    pub(crate) path: String,
    /// A path that the same policy answers, and that is likely to give 404.
    pub(crate) missing: Option<String>,
    pub(crate) scope: Scope<'a>,
    pub(crate) spelling: Spelling<'a>,
}

/// The targets; none if no policy answers the path of the URL.
pub(crate) fn targets<'a>(
    arguments: &Verify,
    source: &Source,
    file: &'a File,
    site: &Site,
) -> Result<Vec<Target<'a>>, Error> {
    let at_url = |policy| Target {
        policy: Some(policy),
        path: format!("{}{}", site.path, site.query),
        missing: site.path.ends_with('/').then(|| format!("{}{MISSING}{}", site.path, site.query)),
        scope: Scope::Full,
        spelling: Spelling::Usual,
    };
    if let Some(name) = &arguments.policy {
        return Ok(vec![at_url(named(file, source, name)?)]);
    }
    match (&file.routes, file.policies.as_slice()) {
        (None, [only]) => Ok(vec![at_url(only)]),
        (None, _) => {
            let message = format!("{} has several policies and no routes; name one with --policy", source.name());
            Err(Error::usage(message))
        }
        (Some(_), _) if site.path == "/" && !site.query.is_empty() => {
            let (url, query) = (&arguments.url, &site.query);
            Err(Error::usage(format!(
                "--url {url}: with the path / each route is asked at a path of its own, without {query}; leave the query \
                 out, or name the path that it belongs to"
            )))
        }
        (Some(routes), _) if site.path == "/" => {
            let mut targets: Vec<Target<'a>> = Vec::new();
            for (policy, path) in routes.iter().filter_map(|route| at_route(file, routes, route)) {
                let is_it = |known: &Policy| known.name.value == policy.name.value;
                let known = targets.iter().filter_map(|target| target.policy).any(is_it);
                let missing = missing(file, policy, &path);
                let scope = if known && !arguments.all { Scope::Brief } else { Scope::Full };
                targets.push(Target { policy: Some(policy), path, missing, scope, spelling: Spelling::Usual });
            }
            if targets.is_empty() {
                return Err(Error::usage(format!("no route of {} leads to a policy", source.name())));
            }
            let edges = edges(file, routes, &targets, arguments.all);
            targets.extend(edges);
            targets.extend(spellings(file, routes, arguments.all));
            Ok(targets)
        }
        (Some(_), _) => match policy_for(file, &site.path) {
            Some(policy) => {
                let missing = missing(file, policy, &site.path).map(|path| path + &site.query);
                Ok(vec![Target { missing, ..at_url(policy) }])
            }
            None => {
                let (path, name) = (&site.path, source.name());
                Err(Error::usage(format!("no policy of {name} answers {path}; with the path / all routes are asked")))
            }
        },
    }
}

/// A path that this route, and no more specific one, answers; none for `policy: none`.
fn at_route<'a>(file: &'a File, routes: &[Route], route: &Route) -> Option<(&'a Policy, String)> {
    let policy = file.policy(route.policy.as_deref()?)?;
    let candidates = match &route.path.value {
        RoutePath::Exact(path) => vec![path.clone()],
        RoutePath::Subtree(root) => vec![format!("{root}/"), root.clone(), format!("{root}/cors-verify")],
    };
    let first = |path: &String| routes.iter().find(|route| route.path.value.matches(path));
    let leads_here = |path: &String| first(path).is_some_and(|found| found.path.value == route.path.value);
    candidates.into_iter().filter(|path| !path.is_empty()).find(leads_here).map(|path| (policy, path))
}

/// A path below that the policy answers too.
fn missing(file: &File, policy: &Policy, path: &str) -> Option<String> {
    let below = format!("{}/{MISSING}", path.trim_end_matches('/'));
    policy_for(file, &below).filter(|found| found.name.value == policy.name.value).map(|_| below)
}

//! Route tables: which paths get another policy.

use std::collections::{BTreeMap, BTreeSet};

use super::{ComparedPath, ComparedPolicy, ComparedRoutes, Party, Side, Verdict, changes};
use crate::ir::{Route, RoutePath};
use crate::reference::policy_for;
use crate::source::Place;

/// Compares what the two tables decide. A table decides alike for all paths of a class: each route path of
/// either side is one, as is what is left over; so one path of each class tells.
///
/// Files without routes leave it to the server's configuration where their policies apply.
pub(super) fn compare(old: Side<'_>, new: Side<'_>, policies: &[ComparedPolicy]) -> Vec<ComparedRoutes> {
    if old.file.routes.is_none() && new.file.routes.is_none() {
        return Vec::new();
    }
    // The paths by the names of the policies that answer them, in the order of the paths.
    let mut groups: BTreeMap<(Option<&str>, Option<&str>), Vec<ComparedPath>> = BTreeMap::new();
    for class in classes(old, new) {
        let path = a_path_of(class);
        let names = (decide(old, &path), decide(new, &path));
        groups.entry(names).or_default().push(ComparedPath {
            path: class.to_string(),
            old: route(old, &path).map(|place| old.location(place)),
            new: route(new, &path).map(|place| new.location(place)),
        });
    }
    let groups = groups.into_iter().map(|((before, after), paths)| {
        let (verdict, changes) = match before == after {
            true => (verdict_on(before, policies), Vec::new()),
            false => changes(Party::find(Some(old), before), Party::find(Some(new), after)),
        };
        ComparedRoutes { paths, old: before.map(str::to_owned), new: after.map(str::to_owned), verdict, changes }
    });
    let mut groups: Vec<ComparedRoutes> =
        groups.filter(|group| group.old != group.new || group.verdict != Verdict::Equal).collect();
    groups.sort_by(|one, other| {
        one.paths.first().map(|path| &path.path).cmp(&other.paths.first().map(|path| &path.path))
    });
    groups
}

/// The verdict on a policy that has one name on both sides.
fn verdict_on(name: Option<&str>, policies: &[ComparedPolicy]) -> Verdict {
    let policy = policies.iter().find(|policy| Some(policy.name.as_str()) == name);
    policy.map_or(Verdict::Equal, |policy| policy.verdict)
}

/// The route paths of both sides, and every other path.
fn classes<'a>(old: Side<'a>, new: Side<'a>) -> BTreeSet<&'a RoutePath> {
    static EVERY_OTHER: RoutePath = RoutePath::Subtree(String::new());
    let routes = |side: Side<'a>| side.file.routes.as_deref().unwrap_or(&[]).iter().map(|route| &route.path.value);
    routes(old).chain(routes(new)).chain([&EVERY_OTHER]).collect()
}

/// A path of the class for which no route of either side is more specific: no route has a `%`.
fn a_path_of(class: &RoutePath) -> String {
    match class {
        RoutePath::Exact(path) => path.clone(),
        RoutePath::Subtree(root) => format!("{root}/%"),
    }
}

fn decide<'a>(side: Side<'a>, path: &str) -> Option<&'a str> {
    policy_for(side.file, path).map(|policy| policy.name.value.as_str())
}

/// Where the route is written that picks the policy of a path.
fn route(side: Side<'_>, path: &str) -> Option<Place> {
    let mut routes: std::slice::Iter<'_, Route> = side.file.routes.as_deref()?.iter();
    routes.find(|route| route.path.value.matches(path)).map(|route| route.path.place)
}

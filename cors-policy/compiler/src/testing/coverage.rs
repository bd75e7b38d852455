//! Which entries, methods, headers and routes the tests exercise.
//!
//! An entry is exercised by a passing test that expects `allow` and whose request it admits. What is exposed
//! cannot be tested. A route is exercised by a passing test whose path it picks, whatever is expected.

use std::collections::HashMap;

use super::{Outcome, Suite, environment, fetch, policy};
use crate::fetch::header_name::is_cors_non_wildcard_request_header_name;
use crate::fetch::method::{is_cors_safelisted_method, normalize};
use crate::ir::{Access, Expect, Names, Policy, Route, RoutePath, Target, Test};
use crate::judgement;
use crate::reference;
use crate::source::Place;

/// What can be exercised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An entry of `allow_origins`, or its `*`.
    Origin,
    /// A method of `allow_methods`, or its `*`.
    Method,
    /// A name of `allow_headers`, or its `*`.
    Header,
    /// A route.
    Route,
}

/// Something that can be exercised.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// As a policy writes it.
    pub text: String,
    /// Where it is written.
    pub place: Place,
    /// The environment in which it stands, if the file as it was asked for does not have it.
    pub environment: Option<String>,
    /// Whether a test exercises it.
    pub exercised: bool,
}

/// What can be exercised of a policy, or of the routes.
#[derive(Debug)]
pub struct Group {
    /// The policy's name; `None` for the routes.
    pub policy: Option<String>,
    /// In the order of the file.
    pub items: Vec<Item>,
}

impl Group {
    /// How many items are exercised.
    #[must_use]
    pub fn exercised(&self) -> usize {
        self.items.iter().filter(|item| item.exercised).count()
    }
}

/// What the tests exercise: policy by policy, then the routes.
#[must_use]
pub fn coverage(suite: &Suite) -> Vec<Group> {
    let Some(selected) = suite.selected() else { return Vec::new() };
    let passed: Vec<Option<&Test>> =
        suite.tests().iter().map(|test| Some(test).filter(|test| matches!(suite.run(test), Outcome::Passed))).collect();
    let mut groups: Vec<Group> = selected
        .policies
        .iter()
        .map(|policy| Group { policy: Some(policy.name.value.clone()), items: Vec::new() })
        .collect();
    let mut known: HashMap<(usize, Kind, String), usize> = HashMap::new();
    for (index, file) in suite.readings.iter().enumerate() {
        let here = |test: &&Test| suite.reading_index(test) == Some(index);
        let passed: Vec<&Test> = passed.iter().flatten().copied().filter(here).collect();
        for (number, group) in groups.iter_mut().enumerate() {
            let Some(read) = group.policy.as_deref().and_then(|name| file.policy(name)) else { continue };
            let is_meant =
                |test: &&Test| policy(file, &test.target).is_some_and(|found| found.name.value == read.name.value);
            let tests = passed.iter().copied().filter(|test| test.expect.value == Expect::Allow).filter(is_meant);
            let tests: Vec<&Test> = tests.collect();
            let environment = if index == 0 { None } else { environment(file) };
            for item in items(read, &tests) {
                let at = *known.entry((number, item.kind, item.text.clone())).or_insert(group.items.len());
                match group.items.get_mut(at) {
                    Some(known) => known.exercised |= item.exercised,
                    None => group.items.push(Item { environment: environment.map(str::to_owned), ..item }),
                }
            }
        }
    }
    if let Some(routes) = &selected.routes {
        let path = |test: &&Test| match &test.target {
            Target::Path(path) => judgement::route(selected, path).map(|route| &route.path.value),
            Target::Policy(_) => None,
        };
        let picked: Vec<&RoutePath> = passed.iter().flatten().filter_map(path).collect();
        let item = |route: &Route| Item {
            kind: Kind::Route,
            text: path_text(&route.path.value),
            place: route.path.place,
            environment: None,
            exercised: picked.contains(&&route.path.value),
        };
        let mut items: Vec<Item> = routes.iter().map(item).collect();
        items.sort_by_key(|item| item.place.span);
        groups.push(Group { policy: None, items });
    }
    groups
}

/// What can be exercised of a policy; `tests` are those that it allows, as they expect.
fn items(policy: &Policy, tests: &[&Test]) -> Vec<Item> {
    let item = |kind, text, place, exercised| Item { kind, text, place, environment: None, exercised };
    let mut items = Vec::new();
    match &policy.access {
        Access::Anyone(place) => items.push(item(Kind::Origin, "*".to_owned(), *place, !tests.is_empty())),
        Access::Listed { origins, .. } => items.extend(origins.iter().map(|origin| {
            let pattern = &origin.pattern.value;
            let exercised = tests.iter().any(|test| reference::matches(pattern, &test.origin.value));
            item(Kind::Origin, pattern.to_string(), origin.pattern.place, exercised)
        })),
    }
    let methods: Vec<String> = tests.iter().map(|test| normalize(&test.method)).collect();
    let headers: Vec<String> = tests.iter().flat_map(|test| fetch(test).unsafe_headers).collect();
    let needs_method = |name: &str| !is_cors_safelisted_method(name);
    let methods = names(&policy.allow_methods, &methods, needs_method);
    items.extend(methods.into_iter().map(|(text, place, exercised)| item(Kind::Method, text, place, exercised)));
    let headers = names(&policy.allow_headers, &headers, |name| !is_cors_non_wildcard_request_header_name(name));
    items.extend(headers.into_iter().map(|(text, place, exercised)| item(Kind::Header, text, place, exercised)));
    items
}

/// The names of a list, with whether one of `used` needs it; `*` is needed by what is not listed.
fn names<T: AsRef<str>>(
    names: &Names<T>,
    used: &[String],
    wildcard_covers: impl Fn(&str) -> bool,
) -> Vec<(String, Place, bool)> {
    let is_listed = |name: &str| names.listed.iter().any(|listed| listed.value.as_ref() == name);
    let any = used.iter().any(|name| wildcard_covers(name) && !is_listed(name));
    let wildcard = names.wildcard.map(|place| ("*".to_owned(), place, any));
    // A script sets these without asking, so that no test could tell.
    let listed = names.listed.iter().filter(|name| judgement::is_asked_for(name.value.as_ref()));
    let listed = listed.map(|name| {
        let text = name.value.as_ref().to_owned();
        let exercised = used.contains(&text);
        (text, name.place, exercised)
    });
    wildcard.into_iter().chain(listed).collect()
}

/// A path as a route writes it.
pub(super) fn path_text(path: &RoutePath) -> String {
    match path {
        RoutePath::Exact(path) => path.clone(),
        RoutePath::Subtree(root) => format!("{root}/**"),
    }
}

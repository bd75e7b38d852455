//! One slip of a pen in a checked policy file: all that there are, and how each is made.

use std::collections::HashSet;

use super::coverage::path_text;
use super::origin_edits::{New, ORIGIN_EDITS};
use crate::analysis::regex;
use crate::diagnostic::Code;
use crate::diagnostic::code::{INVALID_WILDCARD, REGEX_SYNTAX};
use crate::fetch::header_name::HeaderName;
use crate::fetch::method::Method;
use crate::fetch::pattern::{self, OriginPattern};
use crate::ir::{Access, File, Names, Origin, Policy, Removal, Route, RoutePath};
use crate::source::{Place, Spanned};

/// A change of one thing.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    /// The policy that it changes; `None` for the routes.
    pub(super) policy: Option<String>,
    /// Where that is written.
    pub(super) place: Place,
    /// What it does, as a sentence goes on after "it".
    pub(super) what: &'static str,
    /// What stands there; empty if nothing does.
    pub(super) old: String,
    /// What it puts there; empty if nothing.
    pub(super) new: String,
    pub(super) change: Change,
}

/// What is changed, found by its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Change {
    Origin {
        old: OriginPattern,
        new: New,
    },
    /// What an environment removes at one place.
    Restored(Vec<OriginPattern>),
    Null,
    Everyone,
    Nobody,
    Credentials(bool),
    Methods(InList),
    Headers(InList),
    Route {
        path: RoutePath,
        to: RouteChange,
    },
}

/// A change of a list of names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum InList {
    Add(String),
    Remove(String),
    Everything,
    NotEverything,
}

/// A change of a route.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum RouteChange {
    Policy(Option<String>),
    Dropped,
    Subtree,
}

/// The methods that are added to lists.
const METHODS: [&str; 3] = ["PUT", "DELETE", "PATCH"];
/// The first of these that is not listed is added to `allow_headers`.
const HEADERS: [&str; 3] = ["authorization", "content-type", "x-requested-with"];

/// What the edits of a list do: a name less, a name more, `*` less, `*` more.
type ListEdits = (&'static str, &'static str, &'static str, &'static str);
const METHOD_EDITS: ListEdits =
    ("drops a method", "adds a method", "no longer allows every method", "allows every method");
const HEADER_EDITS: ListEdits =
    ("drops a header", "adds a header", "no longer allows every header", "allows every header");

/// Every edit of a policy.
pub(super) fn of_policy(policy: &Policy) -> Vec<Edit> {
    let name = &policy.name.value;
    let mut edits = Vec::new();
    let mut add = |place: Place, what, old: &str, new: &str, change| {
        let (old, new) = (old.to_owned(), new.to_owned());
        edits.push(Edit { policy: Some(name.clone()), place, what, old, new, change });
    };
    let credentialed = policy.allows_credentials();
    match &policy.access {
        Access::Anyone(place) => add(*place, "drops `*`", "*", "", Change::Nobody),
        Access::Listed { place, origins, credentials } => {
            for origin in origins {
                let old = &origin.pattern.value;
                for (what, make) in ORIGIN_EDITS {
                    for new in make(old) {
                        let text = match &new {
                            New::Nothing => String::new(),
                            New::Pattern(text) => text.clone(),
                            New::Beside(text) => format!("{old} and {text}"),
                            New::Regex(text) => format!("regex: {text}"),
                        };
                        let change = Change::Origin { old: old.clone(), new };
                        add(origin.pattern.place, what, &old.to_string(), &text, change);
                    }
                }
            }
            for removal in &policy.removed {
                let patterns = patterns(removal);
                let text = patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                add(removal.place, "leaves in what an environment removes", "", &text, Change::Restored(patterns));
            }
            if !origins.iter().any(|origin| origin.pattern.value == OriginPattern::Null) {
                add(*place, "allows sandboxed pages", "", "null", Change::Null);
            }
            let wildcards =
                [policy.allow_methods.wildcard, policy.allow_headers.wildcard, policy.expose_headers.wildcard];
            let has_wildcard = wildcards.iter().any(Option::is_some);
            match credentials {
                Some(place) => add(*place, "turns credentials off", "true", "false", Change::Credentials(false)),
                None => {
                    add(*place, "allows every origin", "", "*", Change::Everyone);
                    // With credentials there is no `*`: the language has no such policy.
                    if !has_wildcard {
                        let key = "allow_credentials: true";
                        add(policy.name.place, "turns credentials on", "", key, Change::Credentials(true));
                    }
                }
            }
        }
    }
    let here = |names: Option<Place>| names.unwrap_or(policy.name.place);
    for (at, what, old, new, change) in
        of_list(&policy.allow_methods, &METHODS, METHODS.len(), METHOD_EDITS, credentialed)
    {
        add(at.unwrap_or(here(policy.allow_methods.place)), what, &old, &new, Change::Methods(change));
    }
    for (at, what, old, new, change) in of_list(&policy.allow_headers, &HEADERS, 1, HEADER_EDITS, credentialed) {
        add(at.unwrap_or(here(policy.allow_headers.place)), what, &old, &new, Change::Headers(change));
    }
    edits
}

/// An edit of a list: where, if not at the list itself, what it does, what stands there and what it puts there.
type ListEdit = (Option<Place>, &'static str, String, String, InList);

/// Every edit of a list: of `more`, the first `most` that are not listed are added.
fn of_list<T: AsRef<str>>(
    names: &Names<T>,
    more: &[&str],
    most: usize,
    what: ListEdits,
    credentialed: bool,
) -> Vec<ListEdit> {
    let mut edits: Vec<ListEdit> = Vec::new();
    for listed in &names.listed {
        let text = listed.value.as_ref().to_owned();
        let change = InList::Remove(text.clone());
        edits.push((Some(listed.place), what.0, text, String::new(), change));
    }
    let is_listed = |name: &&&str| names.listed.iter().any(|listed| listed.value.as_ref() == **name);
    for name in more.iter().filter(|name| !is_listed(name)).take(most) {
        let text = (*name).to_owned();
        edits.push((None, what.1, String::new(), text.clone(), InList::Add(text)));
    }
    match names.wildcard {
        Some(place) => edits.push((Some(place), what.2, "*".into(), String::new(), InList::NotEverything)),
        None if credentialed => {}
        None => edits.push((None, what.3, String::new(), "*".into(), InList::Everything)),
    }
    edits
}

/// Every edit of the routes.
pub(super) fn of_routes(file: &File) -> Vec<Edit> {
    let mut edits = Vec::new();
    for route in file.routes.as_deref().unwrap_or(&[]) {
        let path = &route.path.value;
        let mut add = |what, old: String, new: String, to| {
            let change = Change::Route { path: path.clone(), to };
            edits.push(Edit { policy: None, place: route.path.place, what, old, new, change });
        };
        let text = |policy: Option<&String>| policy.map_or("none", String::as_str).to_owned();
        let others = file.policies.iter().map(|policy| Some(&policy.name.value)).chain([None]);
        for other in others.filter(|other| *other != route.policy.as_ref()) {
            let to = RouteChange::Policy(other.cloned());
            add("picks another policy", text(route.policy.as_ref()), text(other), to);
        }
        add("drops a route", path_text(path), String::new(), RouteChange::Dropped);
        if let RoutePath::Exact(exact) = path {
            add("lets a route answer what is below", exact.clone(), format!("{exact}/**"), RouteChange::Subtree);
        }
    }
    edits
}

impl Edit {
    /// Makes the edit in the routes, if what it changes is there, and says so.
    pub(super) fn apply_to_routes(&self, routes: &mut Vec<Route>) -> bool {
        matches!(&self.change, Change::Route { path, to } if change_route(routes, path, to))
    }

    /// Makes the edit in its policy, if what it changes is there, and says so.
    ///
    /// # Errors
    /// The rule by which no policy can say that.
    pub(super) fn apply(&self, policy: &mut Policy) -> Result<bool, &'static Code> {
        match (&self.change, &mut policy.access) {
            (Change::Origin { old, new }, Access::Listed { origins, .. }) => {
                let Some(at) = origins.iter().position(|origin| origin.pattern.value == *old) else { return Ok(false) };
                let added = match new {
                    New::Nothing => None,
                    New::Pattern(text) | New::Beside(text) => {
                        let first = |faults: Vec<pattern::Fault>| faults.first().map_or(&INVALID_WILDCARD, |f| f.code);
                        Some(pattern::parse(text).map_err(first)?)
                    }
                    New::Regex(text) => {
                        let first = |faults: Vec<regex::Fault>| faults.first().map_or(&REGEX_SYNTAX, |f| f.code);
                        Some(regex::pattern(text).map_err(first)?)
                    }
                };
                let added =
                    added.map(|pattern| Origin { pattern: Spanned::new(pattern, self.place), ..origins[at].clone() });
                let keep = usize::from(matches!(new, New::Beside(_)));
                origins.splice(at + keep..=at, added);
            }
            (Change::Restored(gone), Access::Listed { origins, .. }) => {
                let Some(removal) = policy.removed.iter().find(|removal| patterns(removal) == *gone) else {
                    return Ok(false);
                };
                let known: HashSet<OriginPattern> = origins.iter().map(|origin| origin.pattern.value.clone()).collect();
                let lost = removal.origins.iter().filter(|origin| !known.contains(&origin.pattern.value));
                origins.extend(lost.cloned());
            }
            (Change::Null, Access::Listed { origins, .. }) => {
                let pattern = Spanned::new(OriginPattern::Null, self.place);
                origins.push(Origin { pattern, through: Vec::new(), accepted_risks: Vec::new() });
            }
            (Change::Everyone, access @ Access::Listed { credentials: None, .. }) => {
                *access = Access::Anyone(self.place);
            }
            (Change::Nobody, access @ Access::Anyone(_)) => {
                *access = Access::Listed { place: self.place, origins: Vec::new(), credentials: None };
            }
            (Change::Credentials(on), Access::Listed { credentials, .. }) if credentials.is_some() != *on => {
                *credentials = on.then_some(self.place);
            }
            (Change::Methods(change), _) => {
                return Ok(change_list(&mut policy.allow_methods, change, self.place, |text| Method::new(text).ok()));
            }
            (Change::Headers(change), _) => {
                return Ok(change_list(&mut policy.allow_headers, change, self.place, HeaderName::new));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The entries that an environment removes at one place.
fn patterns(removal: &Removal) -> Vec<OriginPattern> {
    removal.origins.iter().map(|origin| origin.pattern.value.clone()).collect()
}

fn change_list<T: AsRef<str> + Ord>(
    names: &mut Names<T>,
    change: &InList,
    place: Place,
    read: impl Fn(&str) -> Option<T>,
) -> bool {
    let at = |names: &Names<T>, name: &str| names.listed.iter().position(|listed| listed.value.as_ref() == name);
    match change {
        InList::Add(name) => {
            let Some(value) = read(name).filter(|_| at(names, name).is_none()) else { return false };
            let at = names.listed.partition_point(|listed| listed.value < value);
            names.listed.insert(at, Spanned::new(value, place));
        }
        InList::Remove(name) => {
            let Some(at) = at(names, name) else { return false };
            names.listed.remove(at);
        }
        InList::Everything if names.wildcard.is_none() => names.wildcard = Some(place),
        InList::NotEverything if names.wildcard.is_some() => names.wildcard = None,
        InList::Everything | InList::NotEverything => return false,
    }
    true
}

fn change_route(routes: &mut Vec<Route>, path: &RoutePath, to: &RouteChange) -> bool {
    let Some(at) = routes.iter().position(|route| route.path.value == *path) else { return false };
    match (to, path) {
        (RouteChange::Policy(policy), _) => routes[at].policy.clone_from(policy),
        (RouteChange::Dropped, _) => drop(routes.remove(at)),
        (RouteChange::Subtree, RoutePath::Exact(exact)) => {
            let mut route = routes.remove(at);
            route.path.value = RoutePath::Subtree(exact.trim_end_matches('/').to_owned());
            // Among the subtrees, the longer ones first.
            let length = |route: &Route| match &route.path.value {
                RoutePath::Exact(_) => usize::MAX,
                RoutePath::Subtree(root) => root.len(),
            };
            let at = routes.partition_point(|other| length(other) > length(&route));
            routes.insert(at, route);
        }
        (RouteChange::Subtree, RoutePath::Subtree(_)) => return false,
    }
    true
}

//! What a change of a policy file means: who may do more than before, and who less.
//!
//! A policy stands for the requests whose responses a browser hands to a script, each with its origin, its
//! method, its headers, and with or without credentials. What two spellings of one policy admit is the same;
//! of everything else there is a witness. `docs/diff.md` defines the verdicts for people.

mod names;
mod origins;
mod routes;
mod verdict;

use std::collections::HashSet;

use serde::Serialize;

pub use self::verdict::{Status, Verdict};
use crate::fetch::header_name::{is_cors_non_wildcard_request_header_name, is_cors_safelisted_response_header_name};
use crate::fetch::method::is_cors_safelisted_method;
use crate::ir::{Access, File, Policy};
use crate::source::{Place, Source};

/// A checked file, and the text that it was read from.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The text.
    pub source: &'a Source,
    /// What it says.
    pub file: &'a File,
}

/// What the change of a file means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Of all of it.
    pub verdict: Verdict,
    /// Every policy of either side: those of the new one in its order, then those that are gone.
    pub policies: Vec<ComparedPolicy>,
    /// The paths that get another policy, or a policy that changed.
    pub routes: Vec<ComparedRoutes>,
}

/// What the change of a policy means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedPolicy {
    /// Its name, by which the two sides are matched.
    pub name: String,
    /// Whether it is on both sides.
    pub status: Status,
    /// Of all of it.
    pub verdict: Verdict,
    /// Each aspect that differs.
    pub changes: Vec<Change>,
}

/// Paths that had one policy and have another one, or the same one that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedRoutes {
    /// The paths, as routes are written: `/a/**` is every path from `/a` on for which no other route of
    /// either side is more specific.
    pub paths: Vec<ComparedPath>,
    /// The policy's name before; `None` if there was none.
    pub old: Option<String>,
    /// The policy's name now; `None` if there is none.
    pub new: Option<String>,
    /// What having this policy instead of the other one means.
    pub verdict: Verdict,
    /// Each aspect in which the two differ; empty if they have the same name: it stands with the policy then.
    pub changes: Vec<Change>,
}

/// A path, and the routes that pick its policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedPath {
    /// As a route writes it.
    pub path: String,
    /// The route of the old side that applies.
    pub old: Option<Location>,
    /// The route of the new side that applies.
    pub new: Option<Location>,
}

/// What a policy decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// The origins whose scripts get responses.
    Origins,
    /// Whether they get them with credentials.
    Credentials,
    /// The methods that scripts may use.
    Methods,
    /// The request headers that scripts may set.
    RequestHeaders,
    /// The response headers that scripts may read.
    ExposedHeaders,
    /// Whether pages of public sites may call into a private network.
    PrivateNetwork,
    /// How long browsers keep the answer to a preflight: neither wide nor narrow.
    MaxAge,
}

impl Aspect {
    /// All of them, in the order in which they are told.
    const ALL: [Self; 7] = [
        Self::Origins,
        Self::Credentials,
        Self::Methods,
        Self::RequestHeaders,
        Self::ExposedHeaders,
        Self::PrivateNetwork,
        Self::MaxAge,
    ];
}

/// How one aspect of a policy differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which one.
    pub aspect: Aspect,
    /// What it means.
    pub verdict: Verdict,
    /// What the new side says and the old one does not. Its places are in the new file.
    pub gained: Vec<Item>,
    /// What the old side says and the new one does not. Its places are in the old file.
    pub lost: Vec<Item>,
}

/// Something that only one side allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The entry, method or header as policies write it, `*` for all of them; `true` for credentials and
    /// private networks; the seconds of the max age.
    pub text: String,
    /// An origin that only this side admits. `None` if this is no entry of an origin, or if the automata are
    /// too large to look for one; the entry then counts as a difference.
    pub witness: Option<String>,
    /// All origins that the entry admits and the other side does not, if they are few; else empty.
    pub origins: Vec<String>,
    /// Where it is written.
    #[serde(flatten)]
    pub location: Location,
    /// Where the sets are referred to through which the entry is in the policy, outermost first.
    pub through: Vec<Location>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The name of the source.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Side<'_> {
    fn location(&self, place: Place) -> Location {
        let (line, column) = self.source.line_column(place.span.start);
        Location { file: self.source.name().to_owned(), line, column }
    }

    fn item(&self, text: impl Into<String>, place: Place) -> Item {
        Item {
            text: text.into(),
            witness: None,
            origins: Vec::new(),
            location: self.location(place),
            through: Vec::new(),
        }
    }
}

/// Compares two files; `None` for one that is not there.
#[must_use]
pub fn compare(old: Option<Side<'_>>, new: Option<Side<'_>>) -> Comparison {
    let (mut names, mut known) = (Vec::new(), HashSet::new());
    for side in [new, old].into_iter().flatten() {
        let of_side = side.file.policies.iter().map(|policy| policy.name.value.as_str());
        names.extend(of_side.filter(|name| known.insert(*name)));
    }
    let policies: Vec<ComparedPolicy> = names.into_iter().map(|name| policy(name, old, new)).collect();
    let routes = match (old, new) {
        (Some(old), Some(new)) => routes::compare(old, new, &policies),
        _ => Vec::new(),
    };
    let verdicts = policies.iter().map(|policy| policy.verdict).chain(routes.iter().map(|routes| routes.verdict));
    let start = Status::of(old.is_some(), new.is_some()).verdict();
    Comparison { verdict: verdicts.fold(start, Verdict::and), policies, routes }
}

fn policy(name: &str, old: Option<Side<'_>>, new: Option<Side<'_>>) -> ComparedPolicy {
    let (old, new) = (Party::find(old, Some(name)), Party::find(new, Some(name)));
    let status = Status::of(old.is_some(), new.is_some());
    let (verdict, changes) = changes(old, new);
    ComparedPolicy { name: name.to_owned(), status, verdict, changes }
}

/// A policy and the side that it is on.
#[derive(Clone, Copy)]
struct Party<'a> {
    side: Side<'a>,
    policy: &'a Policy,
}

impl<'a> Party<'a> {
    fn find(side: Option<Side<'a>>, name: Option<&str>) -> Option<Self> {
        let side = side?;
        Some(Self { side, policy: side.file.policy(name?)? })
    }

    /// Whether it admits any origin. If not, whatever else it says is said to nobody.
    fn admits_any(&self) -> bool {
        matches!(self.policy.access, Access::Anyone(_)) || !self.policy.origins().is_empty()
    }
}

/// What it means to have one policy instead of the other, and in which aspects they differ. A policy that is
/// not there admits nobody.
fn changes(old: Option<Party<'_>>, new: Option<Party<'_>>) -> (Verdict, Vec<Change>) {
    let status = Status::of(old.is_some(), new.is_some());
    let (old, new) = (old.filter(Party::admits_any), new.filter(Party::admits_any));
    let change = |aspect| {
        let more = |of: Option<Party<'_>>, than| of.map_or_else(Vec::new, |of| more(aspect, of, than));
        let (gained, lost) = (more(new, old), more(old, new));
        let verdict = match Verdict::of(!gained.is_empty(), !lost.is_empty()) {
            Verdict::Equal => return None,
            _ if aspect == Aspect::MaxAge => Verdict::Changes,
            verdict => verdict,
        };
        Some(Change { aspect, verdict, gained, lost })
    };
    let changes: Vec<Change> = Aspect::ALL.into_iter().filter_map(change).collect();
    (changes.iter().map(|change| change.verdict).fold(status.verdict(), Verdict::and), changes)
}

/// What one policy allows and the other does not. (As requests go, what both decide is a product: whatever is
/// more in one aspect is allowed together with something of the others.)
fn more(aspect: Aspect, of: Party<'_>, than: Option<Party<'_>>) -> Vec<Item> {
    let other = than.map(|than| than.policy);
    let switch = |place: fn(&Policy) -> Option<Place>| {
        let only_here = place(of.policy).filter(|_| other.and_then(place).is_none());
        only_here.map(|place| of.side.item("true", place)).into_iter().collect()
    };
    match aspect {
        Aspect::Origins => origins::more(of, other),
        Aspect::Credentials => switch(credentials),
        Aspect::Methods => names::more(of, other, |policy| &policy.allow_methods, is_cors_safelisted_method, |_| false),
        // None is always allowed: CORS-safelisted ones are so for short and simple values only.
        Aspect::RequestHeaders => {
            names::more(of, other, |policy| &policy.allow_headers, |_| false, is_cors_non_wildcard_request_header_name)
        }
        Aspect::ExposedHeaders => {
            names::more(of, other, |policy| &policy.expose_headers, is_cors_safelisted_response_header_name, |_| false)
        }
        Aspect::PrivateNetwork => switch(|policy| policy.allow_private_network),
        Aspect::MaxAge => {
            let seconds = |policy: &Policy| policy.max_age.as_ref().map(|age| age.value);
            let differs = other.is_some_and(|other| seconds(other) != seconds(of.policy));
            let item = of.policy.max_age.as_ref().filter(|_| differs);
            item.map(|age| of.side.item(age.value.to_string(), age.place)).into_iter().collect()
        }
    }
}

fn credentials(policy: &Policy) -> Option<Place> {
    match policy.access {
        Access::Listed { credentials, .. } => credentials,
        Access::Anyone(_) => None,
    }
}

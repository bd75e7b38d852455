//! `origin_sets`: read and expanded, and which of them the policies use.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::Check;
use super::entries::Item;
use crate::diagnostic::code::{DUPLICATE_KEY, INVALID_WILDCARD, SET_CYCLE, UNSUPPORTED_YAML};
use crate::diagnostic::{Diagnostic, Label};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Origin, OriginSet};
use crate::source::{Place, Spanned};
use crate::syntax::{Entry, File, Map, Parsed, WildcardOr};

/// The origin sets of a file, expanded: every origin once.
#[derive(Debug, Default)]
pub(super) struct Sets {
    expanded: HashMap<String, Vec<Origin>>,
    names: Vec<String>,
    /// Whether any of them could not be read as it is written.
    pub(super) faulty: bool,
    /// How many origins policies may still have.
    left: Cell<usize>,
}

impl Sets {
    pub(super) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// How many origins a set has, sets in it expanded.
    pub(super) fn size(&self, set: &str) -> usize {
        self.expanded.get(set).map_or(0, Vec::len)
    }

    /// The origins of a set as they appear through a reference to it.
    pub(super) fn through(&self, set: &Spanned<String>) -> Vec<Origin> {
        through(set, self.expanded.get(&set.value).map_or(&[], Vec::as_slice))
    }

    /// Counts origins of a policy; `false` if the file has too many by now, so that these are not to be added.
    pub(super) fn charge(&self, origins: usize) -> bool {
        let Some(left) = self.left.get().checked_sub(origins) else { return false };
        self.left.set(left);
        true
    }
}

/// How many origins the policies of a file may have, sets and aliases expanded: a small file must not
/// fill the memory.
const BUDGET: usize = 200_000;
/// How deep sets may stand in sets.
const DEPTH: usize = 16;

impl Check<'_> {
    /// Reads and expands the sets.
    pub(super) fn origin_sets(&mut self, sets: Option<&Parsed<Map<Vec<Parsed<Entry>>>>>) -> Sets {
        let named = sets.and_then(|sets| sets.value.as_ref()).map_or(&[][..], |map| map.0.as_slice());
        let names: Vec<&str> = named.iter().map(|(name, _)| name.value.as_str()).collect();
        let errors = self.errors();
        let mut faulty = sets.is_some_and(|sets| self.has_errors_at(sets.place))
            // There may be another one of them, or of the keys that it is in.
            || self.diagnostics.iter().any(|found| found.code == &DUPLICATE_KEY);
        let mut read: HashMap<&str, Vec<Item>> = HashMap::new();
        for (name, entries) in named {
            self.name(name, "a set");
            faulty |= entries.value.is_none();
            let entries = entries.value.as_deref().unwrap_or(&[]);
            let help = "write `allow_origins: \"*\"` in the policy that is open to everyone";
            let fault = (&INVALID_WILDCARD, "`*` cannot stand in a set", help);
            let items = self.entries_without_wildcard(entries, &names, fault);
            faulty |= items.len() < entries.len();
            read.insert(&name.value, items);
        }
        let mut expansion = Expansion {
            read: &read,
            done: HashMap::new(),
            depth: HashMap::new(),
            path: Vec::new(),
            faults: Vec::new(),
            left: BUDGET,
        };
        for name in &names {
            expansion.expand(name);
        }
        let Expansion { done, faults, left, .. } = expansion;
        for fault in faults {
            self.report(fault);
        }
        let names = names.into_iter().map(str::to_owned).collect();
        let expanded = done.into_iter().map(|(name, origins)| (name.to_owned(), origins)).collect();
        Sets { expanded, names, faulty: faulty || self.errors() > errors, left: Cell::new(left) }
    }
}

/// The origins of a set as they appear through a reference to it.
fn through(set: &Spanned<String>, origins: &[Origin]) -> Vec<Origin> {
    let seen_through = |origin: &Origin| {
        let mut origin = origin.clone();
        origin.through.insert(0, set.place);
        origin
    };
    origins.iter().map(seen_through).collect()
}

/// The fault of a file whose sets expand beyond all use.
pub(super) fn too_much(place: Place) -> Diagnostic {
    let message = format!(
        "the policies of this file have more than {BUDGET} origins, or sets more than {DEPTH} deep in each other"
    );
    Diagnostic::new(&UNSUPPORTED_YAML, message).at(place, "with this").help("split the file")
}

/// Expands sets depth first; every set once, so that sets of sets stay cheap.
struct Expansion<'a> {
    read: &'a HashMap<&'a str, Vec<Item>>,
    done: HashMap<&'a str, Vec<Origin>>,
    /// How deep the sets in each set stand in each other.
    depth: HashMap<&'a str, usize>,
    path: Vec<(&'a str, Place)>,
    faults: Vec<Diagnostic>,
    left: usize,
}

impl<'a> Expansion<'a> {
    fn expand(&mut self, name: &'a str) {
        if self.done.contains_key(name) {
            return;
        }
        let Some(items) = self.read.get(name) else { return };
        let mut origins: Vec<Origin> = Vec::new();
        let mut known: HashSet<OriginPattern> = HashSet::new();
        for item in items {
            let more = match item {
                Item::Wildcard(_) => continue,
                Item::Origin(origin) => vec![origin.clone()],
                Item::Set(set) => self.reference(name, set),
            };
            origins.extend(more.into_iter().filter(|origin| known.insert(origin.pattern.value.clone())));
        }
        let inner = items.iter().filter_map(|item| match item {
            Item::Set(set) => self.depth.get(set.value.as_str()),
            Item::Origin(_) | Item::Wildcard(_) => None,
        });
        self.depth.insert(name, 1 + inner.max().copied().unwrap_or(0));
        self.done.insert(name, origins);
    }

    fn reference(&mut self, from: &'a str, set: &'a Spanned<String>) -> Vec<Origin> {
        if self.path.len() >= DEPTH {
            self.faults.push(too_much(set.place));
            return Vec::new();
        }
        self.path.push((from, set.place));
        match self.path.iter().position(|(on_path, _)| *on_path == set.value) {
            Some(start) => self.cycle(start),
            None => self.expand(&set.value),
        }
        self.path.pop();
        if self.depth.get(set.value.as_str()).is_some_and(|&depth| depth >= DEPTH) {
            self.faults.push(too_much(set.place));
            return Vec::new();
        }
        let origins = self.done.get(set.value.as_str()).map_or(&[][..], Vec::as_slice);
        match self.left.checked_sub(origins.len()) {
            Some(left) => self.left = left,
            None => {
                self.faults.push(too_much(set.place));
                return Vec::new();
            }
        }
        through(set, origins)
    }

    fn cycle(&mut self, start: usize) {
        let steps = self.path.get(start..).unwrap_or(&[]);
        let name = steps.first().map_or("", |(name, _)| name);
        let message = format!("origin set `{name}` contains itself");
        let mut diagnostic = Diagnostic::new(&SET_CYCLE, message).help("leave one of these references out");
        for (step, (_, place)) in steps.iter().enumerate() {
            let text = if step + 1 == steps.len() { "which leads back to it" } else { "refers to this set" };
            diagnostic.labels.push(Label { span: place.span, text: text.to_owned() });
        }
        self.faults.push(diagnostic);
    }
}

/// The sets of a file. Used are those that a policy or an assertion refers to, directly or through other sets.
pub(super) fn used(file: Option<&File>) -> Vec<OriginSet> {
    let sets = file.and_then(|file| file.origin_sets.as_ref()?.value.as_ref()).map_or(&[][..], |map| &map.0);
    let entries: HashMap<&str, &[Parsed<Entry>]> =
        sets.iter().map(|(name, list)| (name.value.as_str(), list.value.as_deref().unwrap_or(&[]))).collect();
    let mut waiting: Vec<&str> = file.into_iter().flat_map(lists).flat_map(references).collect();
    let mut used: HashSet<&str> = HashSet::new();
    while let Some(name) = waiting.pop() {
        if used.insert(name) {
            waiting.extend(entries.get(name).copied().into_iter().flat_map(references));
        }
    }
    sets.iter().map(|(name, _)| OriginSet { name: name.clone(), used: used.contains(name.value.as_str()) }).collect()
}

/// The lists of entries that mean something by themselves.
fn lists(file: &File) -> Vec<&[Parsed<Entry>]> {
    let mut lists: Vec<&[Parsed<Entry>]> = Vec::new();
    for (_, policy) in file.policies.iter().filter_map(|policies| policies.value.as_ref()).flat_map(|map| &map.0) {
        let Some(policy) = &policy.value else { continue };
        if let Some(WildcardOr::List(entries)) = policy.allow_origins.as_ref().and_then(|list| list.value.as_ref()) {
            lists.push(entries);
        }
        let added = policy.change.as_ref().and_then(|change| change.add_origins.as_ref()?.value.as_deref());
        lists.extend(added);
    }
    let never = file.never.iter().filter_map(|list| list.value.as_ref()).flatten();
    lists.extend(never.filter_map(|never| Some(std::slice::from_ref(never.value.as_ref()?.origin.as_ref()?))));
    let only = file.only.iter().filter_map(|list| list.value.as_ref()).flatten();
    lists.extend(only.filter_map(|only| only.value.as_ref()?.origins.as_ref()?.value.as_deref()));
    lists
}

/// The sets that a list refers to.
fn references(entries: &[Parsed<Entry>]) -> impl Iterator<Item = &str> {
    entries.iter().filter_map(|entry| match entry.value.as_ref()? {
        Entry::Mapping(mapping) => mapping.set.as_ref()?.value.as_deref(),
        Entry::Text(_) => None,
    })
}

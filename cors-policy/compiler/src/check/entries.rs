//! `allow_origins` and `origin_sets`: entries read, sets expanded, and what an environment changes about them.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::lists::proposal;
use super::{Check, part_of};
use crate::analysis::regex;
use crate::check::deletion::delete_items;
use crate::diagnostic::code::{
    DUPLICATE_ORIGIN, EMPTY_ORIGINS, INVALID_WILDCARD, MISSING_KEY, ORIGIN_LIST_IN_STRING, SET_CYCLE, UNKNOWN_KEY,
    UNKNOWN_SET, UNSUPPORTED_YAML, WILDCARD_WITH_ORIGINS,
};
use crate::diagnostic::{Diagnostic, Label};
use crate::fetch::pattern::{self, OriginPattern};
use crate::ir::Origin;
use crate::source::{Place, Span, Spanned};
use crate::syntax::{Change, Entry, EntryMapping, Map, Parsed, WildcardOr};

/// The origin sets of a file, expanded: every origin once.
#[derive(Debug, Default)]
pub(super) struct Sets {
    expanded: HashMap<String, Vec<Origin>>,
    names: Vec<String>,
    /// How many origins policies may still have.
    left: Cell<usize>,
}

impl Sets {
    fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }
}

/// The origins of a list, sets expanded.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    /// Where each is written first.
    pub(super) known: HashMap<OriginPattern, Place>,
    known_sets: HashMap<String, Place>,
    /// In the order of the text.
    pub(super) origins: Vec<Origin>,
}

/// How many origins the policies of a file may have, sets and aliases expanded: a small file must not
/// fill the memory.
const BUDGET: usize = 200_000;
/// How deep sets may stand in sets.
const DEPTH: usize = 16;

/// An entry that has been read.
pub(super) enum Item {
    Origin(Origin),
    Wildcard(Place),
    Set(Spanned<String>),
}

impl Item {
    fn origin(pattern: OriginPattern, place: Place) -> Self {
        let pattern = Spanned::new(pattern, place);
        Self::Origin(Origin { pattern, through: Vec::new(), accepted_risks: Vec::new() })
    }
}

/// The part of a scalar that a fault is about, if it is known and not empty.
fn narrowed(place: Place, part: Option<Span>) -> Place {
    let span = part.filter(|part| part.start < part.end).unwrap_or(place.span);
    Place { span, alias: place.alias }
}

impl Check<'_> {
    /// Reads and expands the sets.
    pub(super) fn origin_sets(&mut self, sets: Option<&Parsed<Map<Vec<Parsed<Entry>>>>>) -> Sets {
        let named = sets.and_then(|sets| sets.value.as_ref()).map_or(&[][..], |map| map.0.as_slice());
        let names: Vec<&str> = named.iter().map(|(name, _)| name.value.as_str()).collect();
        let mut read: HashMap<&str, Vec<Item>> = HashMap::new();
        for (name, entries) in named {
            self.name(name, "a set");
            let mut items = self.entries(entries.value.as_deref().unwrap_or(&[]), &names);
            for item in &items {
                if let Item::Wildcard(place) = item {
                    let diagnostic = Diagnostic::new(&INVALID_WILDCARD, "`*` cannot stand in a set");
                    self.report(
                        diagnostic
                            .at(*place, "")
                            .help("write `allow_origins: \"*\"` in the policy that is open to everyone"),
                    );
                }
            }
            items.retain(|item| !matches!(item, Item::Wildcard(_)));
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
        Sets { expanded, names, left: Cell::new(left) }
    }

    /// Reads `allow_origins`: the place of a `*`, or else the origins, sets expanded, each once; less and
    /// more what an environment changes.
    pub(super) fn allow_origins(
        &mut self,
        value: &Parsed<WildcardOr<Entry>>,
        change: Option<&Change>,
        sets: &Sets,
    ) -> (Option<Place>, Vec<Origin>) {
        let entries = match &value.value {
            None => return (None, Vec::new()),
            Some(WildcardOr::Wildcard) => {
                self.change_beside_wildcard(change, value.place);
                return (Some(value.place), Vec::new());
            }
            Some(WildcardOr::List(entries)) => entries,
        };
        if entries.is_empty() {
            let diagnostic = Diagnostic::new(&EMPTY_ORIGINS, "an empty list allows no origin");
            self.report(
                diagnostic.at(value, "").help("list the origins that may read responses, or remove the policy"),
            );
        }
        let names = sets.names();
        let mut items = self.entries(entries, &names);
        let wildcard = items.iter().find_map(|item| if let Item::Wildcard(place) = item { Some(*place) } else { None });
        if let Some(wildcard) = wildcard {
            self.dead_entries(value.place, wildcard, entries, &items);
            self.change_beside_wildcard(change, wildcard);
            return (Some(wildcard), Vec::new());
        }
        let mut expanded = Expanded::default();
        let removed = change.and_then(|change| change.remove_origins.as_ref());
        self.no_accepted_risks(removed.and_then(|list| list.value.as_deref()).unwrap_or(&[]));
        let gone = self.changed(removed, &names);
        self.remove_sets(&gone, &mut items);
        self.expand(value.place, items, sets, &mut expanded);
        self.remove_origins(gone, &mut expanded, removed);
        if let Some(added) = change.and_then(|change| change.add_origins.as_ref()) {
            let items = self.changed(Some(added), &names);
            self.expand(added.place, items, sets, &mut expanded);
        }
        (None, expanded.origins)
    }

    /// Reads the entries of an assertion: sets expanded, each once.
    pub(super) fn asserted_origins(&mut self, list: Place, entries: &[Parsed<Entry>], sets: &Sets) -> Vec<Origin> {
        let mut items = self.entries(entries, &sets.names());
        for item in &items {
            if let Item::Wildcard(place) = item {
                let diagnostic = Diagnostic::new(&INVALID_WILDCARD, "`*` says nothing about which origins are meant");
                self.report(diagnostic.at(*place, "").help("write an origin, a pattern or `regex: …`"));
            }
        }
        items.retain(|item| !matches!(item, Item::Wildcard(_)));
        let mut expanded = Expanded::default();
        self.expand(list, items, sets, &mut expanded);
        expanded.origins
    }

    /// Adds the origins of the entries of the list at `list` to those that are expanded already.
    fn expand(&mut self, list: Place, items: Vec<Item>, sets: &Sets, expanded: &mut Expanded) {
        let Some(left) = sets.left.get().checked_sub(items.len()) else {
            self.report(too_much(list));
            return;
        };
        sets.left.set(left);
        for item in items {
            let (more, written_here) = match item {
                Item::Wildcard(_) => continue,
                Item::Origin(origin) => (vec![origin], true),
                Item::Set(set) => {
                    if let Some(first) = expanded.known_sets.insert(set.value.clone(), set.place) {
                        self.duplicate(list, &format!("the set `{}`", set.value), set.place, first);
                        continue;
                    }
                    let origins = sets.expanded.get(&set.value).map_or(&[][..], Vec::as_slice);
                    let Some(left) = sets.left.get().checked_sub(origins.len()) else {
                        self.report(too_much(set.place));
                        continue;
                    };
                    sets.left.set(left);
                    (through(&set, origins), false)
                }
            };
            for origin in more {
                match expanded.known.get(&origin.pattern.value) {
                    None => {
                        expanded.known.insert(origin.pattern.value.clone(), origin.pattern.place);
                        expanded.origins.push(origin);
                    }
                    Some(first) if written_here && origin.through.is_empty() => {
                        let what = format!("`{}`", origin.pattern.value);
                        self.duplicate(list, &what, origin.pattern.place, *first);
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// Something that stands twice in the list at `list`.
    fn duplicate(&mut self, list: Place, what: &str, again: Place, first: Place) {
        let diagnostic = Diagnostic::new(&DUPLICATE_ORIGIN, format!("{what} is listed twice"));
        let diagnostic = diagnostic.at(again, "again here").at(first, "first here").help("leave one of them out");
        self.report(self.with_deletion(diagnostic, list, &[again]));
    }

    /// Adds the correction that deletes items of a list, if the list is written so that it can be made.
    fn with_deletion(&self, diagnostic: Diagnostic, list: Place, items: &[Place]) -> Diagnostic {
        match delete_items(self.source, list, items) {
            Some(fix) => diagnostic.fix(fix.span, fix.replacement),
            None => diagnostic,
        }
    }

    fn dead_entries(&mut self, list: Place, wildcard: Place, entries: &[Parsed<Entry>], items: &[Item]) {
        let first_other = items.iter().find_map(|item| match item {
            Item::Wildcard(_) => None,
            Item::Origin(origin) => Some(origin.pattern.place),
            Item::Set(set) => Some(set.place),
        });
        if let Some(other) = first_other {
            let diagnostic = Diagnostic::new(&WILDCARD_WITH_ORIGINS, "`*` already allows every origin")
                .at(wildcard, "this one")
                .at(other, "has no effect, like every other entry")
                .help("remove `*`, or write just `allow_origins: \"*\"`");
            let dead = entries.iter().map(|entry| entry.place).filter(|place| *place != wildcard);
            let dead: Vec<Place> = dead.collect();
            self.report(self.with_deletion(diagnostic, list, &dead));
        }
    }

    pub(super) fn entries(&mut self, entries: &[Parsed<Entry>], sets: &[&str]) -> Vec<Item> {
        entries.iter().filter_map(|entry| self.entry(entry, sets)).collect()
    }

    fn entry(&mut self, entry: &Parsed<Entry>, sets: &[&str]) -> Option<Item> {
        let mapping = match entry.value.as_ref()? {
            Entry::Text(text) => return self.origin(text, entry.place),
            Entry::Mapping(mapping) => mapping,
        };
        let accepted_risks = self.accepted_risks(mapping.accept_risks.as_ref());
        let item = match mapping.as_ref() {
            EntryMapping { origin: Some(origin), regex: None, set: None, .. } => {
                self.origin(origin.value.as_deref()?, origin.place)?
            }
            EntryMapping { origin: None, regex: Some(regex), set: None, .. } => {
                self.regex(regex.value.as_deref()?, regex.place)?
            }
            EntryMapping { origin: None, regex: None, set: Some(set), accept_risks } => {
                return self.set(set, accept_risks.as_ref().map(Place::from), sets);
            }
            EntryMapping { origin: None, regex: None, set: None, .. } => {
                let diagnostic = Diagnostic::new(&MISSING_KEY, "the entry has neither `origin`, `regex` nor `set`");
                let help = "write `origin: https://www.example.com`, `regex: …` or `set: name`";
                self.report(diagnostic.at(self.first_character(entry.place), "in this entry").help(help));
                return None;
            }
            EntryMapping { origin, regex, set, .. } => {
                let mut diagnostic = Diagnostic::new(&UNKNOWN_KEY, "an entry is one of an origin, a regex and a set");
                for (part, what) in [(origin, "an origin"), (regex, "a regex"), (set, "a set")] {
                    if let Some(part) = part {
                        diagnostic = diagnostic.at(part, what);
                    }
                }
                self.report(diagnostic.help("write an entry for each"));
                return None;
            }
        };
        Some(match item {
            Item::Origin(origin) => Item::Origin(Origin { accepted_risks, ..origin }),
            other => other,
        })
    }

    fn set(&mut self, set: &Parsed<String>, risks: Option<Place>, sets: &[&str]) -> Option<Item> {
        if let Some(risks) = risks {
            let diagnostic = Diagnostic::new(&UNKNOWN_KEY, "a reference to a set carries no accepted risks");
            let help = "accept the risk on the entry in the set, or for the whole policy";
            self.report(diagnostic.at(risks, "").help(help));
        }
        let name = set.value.clone()?;
        if !sets.contains(&name.as_str()) {
            let diagnostic = Diagnostic::new(&UNKNOWN_SET, format!("there is no origin set `{name}`"));
            self.report(diagnostic.at(set, "").help(proposal(&name, sets, "origin set")));
            return None;
        }
        Some(Item::Set(Spanned::new(name, set.place)))
    }

    fn regex(&mut self, text: &str, place: Place) -> Option<Item> {
        match regex::pattern(text) {
            Ok(pattern) => Some(Item::origin(pattern, place)),
            Err(faults) => {
                for fault in faults {
                    let part = part_of(self.source, place, text, &fault.range);
                    let diagnostic = Diagnostic::new(fault.code, fault.message);
                    self.report(diagnostic.at(narrowed(place, part), "").help(fault.help));
                }
                None
            }
        }
    }

    fn origin(&mut self, text: &str, place: Place) -> Option<Item> {
        if text == "*" {
            return Some(Item::Wildcard(place));
        }
        match pattern::parse(text) {
            Ok(pattern) => Some(Item::origin(pattern, place)),
            Err(faults) => {
                for fault in faults {
                    let part = part_of(self.source, place, text, &fault.range);
                    let mut diagnostic = Diagnostic::new(fault.code, format!("{} (in `{text}`)", fault.message))
                        .at(narrowed(place, part), "")
                        .help(fault.help);
                    if let (Some(part), Some(replacement)) = (part, fault.replacement) {
                        diagnostic = diagnostic.fix(part, replacement);
                    } else if fault.code == &ORIGIN_LIST_IN_STRING
                        && let Some(items) = self.split_items(text, place)
                    {
                        diagnostic = diagnostic.fix(place.span, items);
                    }
                    self.report(diagnostic);
                }
                None
            }
        }
    }
}

impl Check<'_> {
    /// What to write for several origins in one item: an item each.
    fn split_items(&self, text: &str, place: Place) -> Option<String> {
        let parts: Vec<&str> = text.split([',', ';', ' ', '\t', '\n']).filter(|part| !part.is_empty()).collect();
        if place.alias.is_some() || !parts.iter().all(|part| pattern::parse(part).is_ok()) {
            return None;
        }
        let before = self.source.text().get(..place.span.start)?.rsplit('\n').next()?;
        let after = self.source.text().get(place.span.end..)?.lines().next().unwrap_or("").trim_start();
        if before.trim() == "-" && (after.is_empty() || after.starts_with('#')) {
            let line_break = if self.source.text().contains("\r\n") { "\r\n" } else { "\n" };
            return Some(parts.join(&format!("{line_break}{before}")));
        }
        // In a flow list; what YAML would read in another way is quoted.
        let quoted =
            |part: &&str| if part.contains(['[', ']', '*']) { format!("\"{part}\"") } else { (*part).to_owned() };
        after.starts_with([',', ']']).then(|| parts.iter().map(quoted).collect::<Vec<_>>().join(", "))
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
fn too_much(place: Place) -> Diagnostic {
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

//! The origins of a policy or an assertion: entries read, sets expanded, each once, less and more what an
//! environment changes.

use std::collections::HashMap;

use super::Check;
use super::deletion::delete_items;
use super::entries::Item;
use super::sets::{Sets, too_much};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::{DUPLICATE_ORIGIN, EMPTY_ORIGINS, INVALID_WILDCARD, WILDCARD_WITH_ORIGINS};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Kind, Origin, Removal};
use crate::source::Place;
use crate::syntax::{Change, Entry, Parsed, WildcardOr};

/// What `allow_origins` says.
#[derive(Debug, Default)]
pub(super) struct Allowed {
    /// Where `*` is written.
    pub(super) wildcard: Option<Place>,
    /// Else the origins, sets expanded, each once.
    pub(super) origins: Vec<Origin>,
    /// What an environment took away of them.
    pub(super) removed: Vec<Removal>,
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

impl Check<'_> {
    /// Reads `allow_origins`, less and more what an environment changes.
    pub(super) fn allow_origins(
        &mut self,
        value: &Parsed<WildcardOr<Entry>>,
        change: Option<&Change>,
        sets: &Sets,
    ) -> Allowed {
        let open = |wildcard| Allowed { wildcard: Some(wildcard), ..Allowed::default() };
        let entries = match &value.value {
            None => return Allowed::default(),
            Some(WildcardOr::Wildcard) => {
                self.change_beside_wildcard(change, value.place);
                return open(value.place);
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
            return open(wildcard);
        }
        let mut expanded = Expanded::default();
        let removed = change.and_then(|change| change.remove_origins.as_ref());
        self.no_accepted_risks(removed.and_then(|list| list.value.as_deref()).unwrap_or(&[]));
        let gone = self.changed(removed, &names);
        let mut lost = self.remove_sets(&gone, &mut items, sets);
        self.expand(value.place, items, sets, &mut expanded);
        lost.extend(self.remove_origins(gone, &mut expanded));
        let mut faulty = false;
        if let Some(added) = change.and_then(|change| change.add_origins.as_ref()) {
            let items = self.changed(Some(added), &names);
            faulty = added.value.as_ref().is_none_or(|entries| entries.len() > items.len());
            self.expand(added.place, items, sets, &mut expanded);
        }
        // What is added and faulty will be there once it is mended.
        if let Some(removed) = removed
            && expanded.origins.is_empty()
            && !faulty
            && lost.iter().any(|removal| !removal.origins.is_empty())
        {
            self.nothing_left(removed);
        }
        Allowed { wildcard: None, origins: expanded.origins, removed: lost }
    }

    /// Reads the entries of an assertion: sets expanded, each once; `None` if one that is missing might matter. (What
    /// of a `never` could be read holds whatever the rest is.)
    pub(super) fn asserted_origins(
        &mut self,
        kind: Kind,
        list: Place,
        entries: &[Parsed<Entry>],
        sets: &Sets,
    ) -> Option<Vec<Origin>> {
        let message = "`*` says nothing about which origins are meant";
        let help = match kind {
            Kind::Never => {
                "write an origin, a pattern or `regex: …`; that no policy may be open to everyone is said by `only`, \
                 with the origins that may be admitted"
            }
            Kind::Only => "write the origins that may be admitted; if every origin may be, delete this item of `only`",
        };
        let items = self.entries_without_wildcard(entries, &sets.names(), (&INVALID_WILDCARD, message, help));
        let refers = items.iter().any(|item| matches!(item, Item::Set(_)));
        if kind == Kind::Only && (items.len() < entries.len() || refers && sets.faulty) {
            return None;
        }
        let mut expanded = Expanded::default();
        self.expand(list, items, sets, &mut expanded);
        Some(expanded.origins)
    }

    /// Adds the origins of the entries of the list at `list` to those that are expanded already.
    fn expand(&mut self, list: Place, items: Vec<Item>, sets: &Sets, expanded: &mut Expanded) {
        if !sets.charge(items.len()) {
            self.report(too_much(list));
            return;
        }
        for item in items {
            let (more, written_here) = match item {
                Item::Wildcard(_) => continue,
                Item::Origin(origin) => (vec![origin], true),
                Item::Set(set) => {
                    if let Some(first) = expanded.known_sets.insert(set.value.clone(), set.place) {
                        self.duplicate(list, &format!("the set `{}`", set.value), set.place, first);
                        continue;
                    }
                    if !sets.charge(sets.size(&set.value)) {
                        self.report(too_much(set.place));
                        continue;
                    }
                    (sets.through(&set), false)
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
}

//! The entries of lists of origins, one by one: an origin, a regular expression or a reference to a set.

use super::lists::proposal;
use super::{Check, part_of};
use crate::diagnostic::code::{MISSING_KEY, ORIGIN_LIST_IN_STRING, UNKNOWN_KEY, UNKNOWN_SET};
use crate::diagnostic::{Code, Diagnostic};
use crate::fetch::pattern::{self, OriginPattern};
use crate::ir::Origin;
use crate::source::{Place, Span, Spanned};
use crate::syntax::{Entry, EntryMapping, Parsed};

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
    pub(super) fn entries(&mut self, entries: &[Parsed<Entry>], sets: &[&str]) -> Vec<Item> {
        entries.iter().filter_map(|entry| self.entry(entry, sets)).collect()
    }

    /// The entries of a list in which `*` has no place: it is reported and left out.
    pub(super) fn entries_without_wildcard(
        &mut self,
        entries: &[Parsed<Entry>],
        sets: &[&str],
        (code, message, help): (&'static Code, &str, &str),
    ) -> Vec<Item> {
        let mut items = self.entries(entries, sets);
        items.retain(|item| {
            let Item::Wildcard(place) = item else { return true };
            self.report(Diagnostic::new(code, message).at(*place, "").help(help));
            false
        });
        items
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
        match self.known.regex(text) {
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

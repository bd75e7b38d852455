//! `environments`: which there are, and what one of them changes about a policy's origins.

use std::collections::HashMap;

use super::entries::Item;
use super::lists::proposal;
use super::origins::Expanded;
use super::sets::Sets;
use super::{Check, Defined};
use crate::analysis::Language;
use crate::diagnostic::code::{
    CHANGE_BESIDE_WILDCARD, EMPTY_ORIGINS, UNKNOWN_ENVIRONMENT, UNKNOWN_KEY, UNKNOWN_ORIGIN, UNSUPPORTED_YAML,
};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Environment, Origin, Removal};
use crate::source::Place;
use crate::syntax::{self, Change, Entry, Map, Parsed};

/// How many environments a file may have: each of them is checked like a file of its own.
const MOST_ENVIRONMENTS: usize = 50;
/// With more entries than this, none of a policy is proposed in place of one that it does not have.
const MOST_COMPARED: usize = 500;

impl Check<'_> {
    /// The environments of a file. What they change about origins is checked with the policy that is changed.
    pub(super) fn environments(
        &mut self,
        environments: Option<&Parsed<Map<syntax::Environment>>>,
        policies: &[&str],
    ) -> Vec<Environment> {
        let Some(Parsed { value: Some(Map(named)), .. }) = environments else { return Vec::new() };
        if let Some((beyond, _)) = named.get(MOST_ENVIRONMENTS) {
            let message = format!("the file has more than {MOST_ENVIRONMENTS} environments");
            let diagnostic = Diagnostic::new(&UNSUPPORTED_YAML, message);
            self.report(diagnostic.at(beyond, "one too many").help("split the file"));
        }
        let mut checked = Vec::new();
        for (name, environment) in named.iter().take(MOST_ENVIRONMENTS) {
            self.name(name, "an environment");
            let changes = environment.value.as_ref().map_or(&[][..], |environment| environment.changes.as_slice());
            for (policy, _) in changes {
                self.known_policy(&policy.clone().map(Some), policies);
            }
            let mark = environment.value.as_ref().and_then(|environment| environment.development.as_ref()?.value);
            checked.push(Environment { name: name.clone(), development: mark.is_some_and(|mark| mark.0) });
        }
        checked
    }

    /// An environment's name; `None`, and that is reported, if it is not defined.
    pub(super) fn known_environment(&mut self, name: &Parsed<String>, defined: &Defined<'_>) -> Option<String> {
        let text = name.value.as_deref()?;
        if !defined.environments.contains(&text) {
            let diagnostic = Diagnostic::new(&UNKNOWN_ENVIRONMENT, format!("there is no environment `{text}`"));
            self.report(diagnostic.at(name, "").help(proposal(text, defined.environments, "environment")));
            return None;
        }
        Some(text.to_owned())
    }

    /// Reads what an environment adds or removes.
    pub(super) fn changed(&mut self, list: Option<&Parsed<Vec<Parsed<Entry>>>>, sets: &[&str]) -> Vec<Item> {
        let entries = list.and_then(|list| list.value.as_deref()).unwrap_or(&[]);
        let help = "add or remove origins; a policy that is open to everyone in one place only belongs in another file";
        let fault = (&CHANGE_BESIDE_WILDCARD, "an environment can neither add nor remove `*`", help);
        self.entries_without_wildcard(entries, sets, fault)
    }

    /// Reports what an environment changes about the origins of a policy that is open to everyone.
    pub(super) fn change_beside_wildcard(&mut self, change: Option<&Change>, wildcard: Place) {
        let lists = change.map(|change| [&change.add_origins, &change.remove_origins]);
        for list in lists.into_iter().flatten().flatten() {
            let message = "the policy allows every origin: an environment can neither add nor remove any";
            let diagnostic = Diagnostic::new(&CHANGE_BESIDE_WILDCARD, message)
                .at(list, "has no effect")
                .at(wildcard, "every origin is allowed here")
                .help("list origins in the policy in place of `*`, or leave this out");
            self.report(diagnostic);
        }
    }

    /// Takes the sets that an environment removes out of a policy's own entries: what is lost.
    pub(super) fn remove_sets(&mut self, removed: &[Item], items: &mut Vec<Item>, sets: &Sets) -> Vec<Removal> {
        let mut lost = Vec::new();
        for item in removed {
            let Item::Set(set) = item else { continue };
            let count = items.len();
            items.retain(|own| !matches!(own, Item::Set(own) if own.value == set.value));
            if items.len() == count {
                let message = format!("the policy has no entry `set: {}` to remove", set.value);
                let help = "remove what the policy lists: a set within another set is changed where it is defined";
                self.report(Diagnostic::new(&UNKNOWN_ORIGIN, message).at(set, "").help(help));
            } else {
                lost.push(Removal { place: set.place, origins: sets.through(set) });
            }
        }
        lost
    }

    /// Takes the origins that an environment removes out of a policy's, wherever they come from: what is lost.
    pub(super) fn remove_origins(&mut self, removed: Vec<Item>, expanded: &mut Expanded) -> Vec<Removal> {
        let patterns = removed.into_iter().filter_map(|item| match item {
            Item::Origin(origin) => Some(origin.pattern),
            Item::Set(_) | Item::Wildcard(_) => None,
        });
        let mut gone: HashMap<OriginPattern, Place> = HashMap::new();
        for pattern in patterns {
            if expanded.known.contains_key(&pattern.value) {
                gone.insert(pattern.value, pattern.place);
            } else {
                let diagnostic = unknown_origin(&pattern.value, &expanded.origins);
                self.report(diagnostic.at(pattern.place, ""));
            }
        }
        let mut lost = Vec::new();
        expanded.origins.retain(|origin| {
            let removed = gone.get(&origin.pattern.value);
            lost.extend(removed.map(|place| Removal { place: *place, origins: vec![origin.clone()] }));
            removed.is_none()
        });
        expanded.known.retain(|pattern, _| !gone.contains_key(pattern));
        lost
    }

    /// Reports that what an environment removes is all that there was, and that it adds nothing in its place.
    pub(super) fn nothing_left(&mut self, removed: &Parsed<Vec<Parsed<Entry>>>) {
        let diagnostic = Diagnostic::new(&EMPTY_ORIGINS, "nothing is left of the policy's origins");
        let help = "leave some of them, add others, or accept that the policy refuses everyone";
        self.report(diagnostic.at(removed, "").help(help));
    }

    /// Reports accepted risks on entries that allow nothing.
    pub(super) fn no_accepted_risks(&mut self, entries: &[Parsed<Entry>]) {
        for entry in entries {
            if let Some(Entry::Mapping(mapping)) = &entry.value
                && let Some(risks) = &mapping.accept_risks
            {
                let diagnostic = Diagnostic::new(&UNKNOWN_KEY, "an entry that allows nothing accepts no risks");
                self.report(diagnostic.at(risks, "").help("leave `accept_risks` out here"));
            }
        }
    }
}

/// The diagnostic of an origin that is to be removed from a policy that does not have it.
fn unknown_origin(pattern: &OriginPattern, origins: &[Origin]) -> Diagnostic {
    let diagnostic = Diagnostic::new(&UNKNOWN_ORIGIN, format!("the policy has no entry `{pattern}` to remove"));
    if origins.len() > MOST_COMPARED {
        return diagnostic.help(format!("the policy has {} entries; remove one of them", origins.len()));
    }
    let admits = |origin: &&Origin| {
        let exact = pattern.as_exact();
        exact.is_some_and(|exact| Language::of(&origin.pattern.value).is_ok_and(|all| all.contains(&exact)))
    };
    if let Some(wider) = origins.iter().find(admits) {
        let wider = &wider.pattern.value;
        return diagnostic.help(format!("`{wider}` admits it; remove that, and add what is to stay of it"));
    }
    let names: Vec<String> = origins.iter().map(|origin| origin.pattern.value.to_string()).collect();
    diagnostic.help(match did_you_mean(&pattern.to_string(), names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "the policy has no origins".to_owned(),
        None if names.len() > 10 => format!("the policy has {} entries; remove one of them", names.len()),
        None => format!("the policy has: {}", names.join(", ")),
    })
}

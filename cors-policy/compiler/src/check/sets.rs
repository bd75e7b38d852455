//! Which origin sets the policies use.

use std::collections::{HashMap, HashSet};

use crate::ir::OriginSet;
use crate::syntax::{Entry, File, Parsed, WildcardOr};

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

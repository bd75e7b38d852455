//! Which origin sets the policies use.

use std::collections::{HashMap, HashSet};

use crate::ir::OriginSet;
use crate::source::Spanned;
use crate::syntax::{Entry, Map, Parsed, Policy, WildcardOr};

/// The sets of a file. Used are those that a policy refers to, directly or through other sets.
pub(super) fn used(
    sets: Option<&Parsed<Map<Vec<Parsed<Entry>>>>>,
    policies: &[(Spanned<String>, Parsed<Policy>)],
) -> Vec<OriginSet> {
    let sets = sets.and_then(|sets| sets.value.as_ref()).map_or(&[][..], |map| map.0.as_slice());
    let entries: HashMap<&str, &[Parsed<Entry>]> =
        sets.iter().map(|(name, list)| (name.value.as_str(), list.value.as_deref().unwrap_or(&[]))).collect();
    let lists = policies.iter().filter_map(|(_, policy)| match &policy.value.as_ref()?.allow_origins.as_ref()?.value {
        Some(WildcardOr::List(entries)) => Some(entries.as_slice()),
        Some(WildcardOr::Wildcard) | None => None,
    });
    let mut waiting: Vec<&str> = lists.flat_map(references).collect();
    let mut used: HashSet<&str> = HashSet::new();
    while let Some(name) = waiting.pop() {
        if used.insert(name) {
            waiting.extend(entries.get(name).copied().into_iter().flat_map(references));
        }
    }
    sets.iter().map(|(name, _)| OriginSet { name: name.clone(), used: used.contains(name.value.as_str()) }).collect()
}

/// The sets that a list refers to.
fn references(entries: &[Parsed<Entry>]) -> impl Iterator<Item = &str> {
    entries.iter().filter_map(|entry| match entry.value.as_ref()? {
        Entry::Mapping(mapping) => mapping.set.as_ref()?.value.as_deref(),
        Entry::Origin(_) => None,
    })
}

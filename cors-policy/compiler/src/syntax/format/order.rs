//! Puts the keys of mappings in the order of the language, and the lists of methods and of header names in
//! that of the alphabet.

use std::collections::HashMap;

use super::tree::{Collection, Tree, Value};

/// The legal keys of a mapping in their order, by where the mapping starts.
pub(super) type Keys = HashMap<usize, &'static [&'static str]>;

/// The keys whose lists mean sets of methods or header names.
const SETS: [&str; 4] = ["allow_methods", "allow_headers", "expose_headers", "headers"];

/// Whether the value of a key of a mapping is a set of names. Origin sets may have any name: the keys of their
/// mapping are none of the language's.
pub(super) fn is_set(keys: &Keys, mapping: usize, key: &str) -> bool {
    SETS.contains(&key) && keys.contains_key(&mapping)
}

/// Puts everything in order.
pub(super) fn order(tree: &mut Tree, keys: &Keys) {
    for unit in 0..tree.units.len() {
        let Some(Collection { mapping: true, start, units, .. }) = tree.units[unit].collection() else {
            sort_set(tree, unit, keys);
            continue;
        };
        let names: &[&str] = match keys.get(start) {
            Some(keys) => keys,
            None if tree.is_environment(unit) => &["development"],
            None => continue,
        };
        let rank = |&unit: &usize| {
            let key = tree.units[unit].key();
            names.iter().position(|&name| key == Some(name)).unwrap_or(names.len())
        };
        let mut ordered = units.clone();
        ordered.sort_by_key(rank);
        if ordered == *units || !keeps_anchors(tree, &ordered) {
            continue;
        }
        if unit == 0 {
            keep_preamble(tree, ordered.first().copied());
        }
        if let Some(collection) = tree.collection_mut(unit) {
            collection.units = ordered;
        }
    }
}

/// Sorts the value of a unit, if it is a set of names that nothing else is said of.
fn sort_set(tree: &mut Tree, unit: usize, keys: &Keys) {
    let owner = tree.units[unit].owner;
    let (Some(key), Some(mapping)) = (tree.units[unit].key(), tree.units[owner].collection()) else { return };
    let Some(list) = tree.units[unit].collection().filter(|_| is_set(keys, mapping.start, key)) else { return };
    let bare = |&item: &usize| {
        let item = &tree.units[item];
        let scalar = matches!(item.value, Value::Scalar(_)) && item.anchor.is_none();
        scalar && item.head.is_empty() && item.trailing.is_empty()
    };
    if !list.foot.is_empty() || !list.units.iter().all(bare) {
        return;
    }
    let text = |item: usize| match &tree.units[item].value {
        Value::Scalar(scalar) => scalar.text.as_str(),
        _ => "",
    };
    let mut sorted = list.units.clone();
    sorted.sort_by(|&a, &b| text(a).cmp(text(b)));
    if let Some(list) = tree.collection_mut(unit) {
        list.units = sorted;
    }
}

/// Whether every alias still stands behind its anchor, and before the next one of that name, when entries
/// stand in this order.
fn keeps_anchors(tree: &Tree, ordered: &[usize]) -> bool {
    let mut places: Vec<(usize, usize)> =
        ordered.iter().enumerate().map(|(place, &unit)| (tree.units[unit].begin, place)).collect();
    places.sort_unstable();
    // By name: the last places, in the new order, of an anchor and of anything of that name.
    let mut last: HashMap<&str, (usize, usize)> = HashMap::new();
    let mut begins = places.iter().peekable();
    let Some(&&(start, _)) = begins.peek() else { return true };
    let end = ordered.iter().map(|&unit| tree.units[unit].end).max().unwrap_or(start);
    let first = tree.names.partition_point(|name| name.at < start);
    let mut place = 0;
    for name in tree.names.iter().skip(first).take_while(|name| name.at < end) {
        while let Some(&&(begin, here)) = begins.peek()
            && begin <= name.at
        {
            place = here;
            begins.next();
        }
        let (anchor, any) = last.entry(&name.name).or_insert((0, 0));
        if place < if name.defined { *any } else { *anchor } {
            return false;
        }
        *any = place.max(*any);
        if name.defined {
            *anchor = place.max(*anchor);
        }
    }
    true
}

/// What the file begins with stays there, though its first key does not: all comments up to the last blank
/// line before that key, or all of them if there is none.
fn keep_preamble(tree: &mut Tree, new_first: Option<usize>) {
    let Some(&first) = tree.children(0).first() else { return };
    if new_first == Some(first) {
        return;
    }
    let unit = &mut tree.units[first];
    let gap = (1..unit.head.len()).rev().find(|&at| unit.head[at].blank);
    let rest = match gap {
        Some(gap) if !unit.blank => unit.head.split_off(gap),
        _ => Vec::new(),
    };
    let preamble = std::mem::replace(&mut unit.head, rest);
    let blank = unit.blank || gap.is_some();
    let Some(new_first) = new_first.filter(|_| !preamble.is_empty()) else { return };
    let new = &mut tree.units[new_first];
    let set_apart = blank || !new.head.is_empty();
    match new.head.first_mut() {
        Some(comment) => comment.blank = set_apart,
        None => new.blank = set_apart,
    }
    new.head.splice(0..0, preamble);
}

impl Tree {
    /// Whether a unit is an environment: a mapping of policies' names and one key of the language.
    fn is_environment(&self, unit: usize) -> bool {
        unit != 0 && self.top_level_key(self.units[unit].owner) == Some("environments")
    }
}

//! Makes sure that a text says what it said before it was laid out anew.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::order::{Keys, is_set};
use crate::compare::{Side, Verdict, compare};
use crate::diagnostic::Diagnostics;
use crate::source::Source;
use crate::syntax::tree::{Meaning, Node};
use crate::syntax::yaml;
use crate::syntax::yaml::pieces::{What, pieces};
use crate::{Checked, check};

/// What is not as it was; `None` if all is. `root` and `keys` are those of the old text.
pub(super) fn difference(old: &Source, new: &Source, root: &Node, keys: &Keys) -> Option<&'static str> {
    let mut diagnostics = Diagnostics::new();
    let Some(again) = yaml::parse(new, &mut diagnostics).filter(|_| !diagnostics.has_errors()) else {
        return Some("it could not be read any more");
    };
    if !same((old, root), (new, &again), keys) {
        return Some("a value would not be what it was");
    }
    let (before, after) = (said_beside(old.text()), said_beside(new.text()));
    if before.is_none() || before != after {
        return Some("a comment or an anchor would be lost");
    }
    meaning(&check(old), old, &check(new), new)
}

/// A node, and the text that it is part of.
type In<'a> = (&'a Source, &'a Node);

/// Whether two nodes are the same but for the order of keys, and of names in sets.
fn same((old, a): In<'_>, (new, b): In<'_>, keys: &Keys) -> bool {
    if a.alias.map(|span| old.slice(span)) != b.alias.map(|span| new.slice(span)) {
        return false;
    }
    match (a.meaning(), b.meaning()) {
        (Meaning::Text(a), Meaning::Text(b)) => a == b,
        (Meaning::List(a), Meaning::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same((old, a), (new, b), keys))
        }
        (Meaning::Mapping(entries), Meaning::Mapping(others)) => {
            let by_key: BTreeMap<&Rc<str>, &Node> = others.iter().map(|(key, node)| (&key.value, node)).collect();
            entries.len() == others.len()
                && entries.iter().all(|(key, value)| {
                    let other = by_key.get(&key.value);
                    other.is_some_and(|other| {
                        let sets = is_set(keys, a.span.start, &key.value).then(|| (names(value), names(other)));
                        match sets {
                            Some((Some(a), Some(b))) => a == b,
                            _ => same((old, value), (new, other), keys),
                        }
                    })
                })
        }
        (Meaning::Text(_) | Meaning::List(_) | Meaning::Mapping(_), _) => false,
        (Meaning::Float(a), Meaning::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => std::mem::discriminant(&a) == std::mem::discriminant(&b) && format!("{a:?}") == format!("{b:?}"),
    }
}

/// The names in a list, sorted; `None` if anything else is in it.
fn names(list: &Node) -> Option<Vec<&str>> {
    let Meaning::List(items) = list.meaning() else { return None };
    let text = |item: &'_ Node| matches!(item.meaning(), Meaning::Text(_)) && item.alias.is_none();
    if list.alias.is_some() || !items.iter().all(text) {
        return None;
    }
    let mut names: Vec<&str> = items
        .iter()
        .filter_map(|item| match item.meaning() {
            Meaning::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    names.sort_unstable();
    Some(names)
}

/// The comments, sorted, as the parser sees them, and the number of anchors.
fn said_beside(text: &str) -> Option<(Vec<String>, usize)> {
    let pieces = pieces(text, true)?;
    let anchors = pieces.iter().filter(|piece| piece.anchored).count();
    let comments = pieces.into_iter().filter_map(|piece| match piece.what {
        What::Comment(text) => Some(text.trim_end().to_owned()),
        _ => None,
    });
    let mut comments: Vec<String> = comments.collect();
    comments.sort_unstable();
    Some((comments, anchors))
}

/// What the compiler makes of both, if that differs: the findings, and what the policies mean.
fn meaning(before: &Checked, old: &Source, after: &Checked, new: &Source) -> Option<&'static str> {
    let ids = |checked: &Checked| {
        let mut ids: Vec<&str> = checked.diagnostics.iter().map(|found| found.code.id).collect();
        ids.sort_unstable();
        ids
    };
    // Of very many findings only some are kept, which depends on their order.
    let all = before.omitted == 0 && after.omitted == 0;
    if before.omitted != after.omitted || (all && ids(before) != ids(after)) {
        return Some("`cors check` would find something else in it");
    }
    fn files(checked: &Checked) -> impl Iterator<Item = &crate::ir::File> {
        checked.file.iter().chain(checked.environments.iter().map(|(_, file)| file))
    }
    let side = |source, file| Some(Side { source, file });
    let equal = files(before).count() == files(after).count()
        && files(before).zip(files(after)).all(|(a, b)| compare(side(old, a), side(new, b)).verdict == Verdict::Equal);
    (!equal).then_some("a policy would mean something else")
}

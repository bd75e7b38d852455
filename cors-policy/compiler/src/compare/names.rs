//! Lists of methods and headers: what one allows and the other does not.

use super::{Item, Party};
use crate::ir::{Names, Policy};

/// The names that only the first policy's list allows: not those that are `always` allowed, nor what a `*` of
/// the other covers, which is every name that is not `beside_wildcard`.
pub(super) fn more<T: AsRef<str>>(
    of: Party<'_>,
    than: Option<&Policy>,
    list: fn(&Policy) -> &Names<T>,
    always: fn(&str) -> bool,
    beside_wildcard: fn(&str) -> bool,
) -> Vec<Item> {
    let (own, other) = (list(of.policy), than.map(list));
    let other_wildcard = other.is_some_and(|other| other.wildcard.is_some());
    let wildcard = own.wildcard.filter(|_| !other_wildcard).map(|place| of.side.item("*", place));
    let known = |name: &str| {
        // Both lists are sorted.
        other.is_some_and(|other| other.listed.binary_search_by(|listed| listed.value.as_ref().cmp(name)).is_ok())
    };
    let under_wildcard = |name: &str| (own.wildcard.is_some() || other_wildcard) && !beside_wildcard(name);
    let names = own.listed.iter().filter(|listed| {
        let name = listed.value.as_ref();
        !always(name) && !known(name) && !under_wildcard(name)
    });
    wildcard.into_iter().chain(names.map(|listed| of.side.item(listed.value.as_ref(), listed.place))).collect()
}

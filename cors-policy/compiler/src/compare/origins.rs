//! Origins: the entries of one policy that admit what the other one does not.

use std::cell::Cell;

use super::{Item, Party};
use crate::analysis::TooLarge;
use crate::inclusion::Entries;
use crate::ir::{Access, Origin, Policy};

/// What the walks cost, of the entries of one policy, that look for further origins to list.
const MOST_LISTING: usize = 100_000_000;

/// The entries of the first policy that admit an origin which the other one does not.
pub(super) fn more(of: Party<'_>, than: Option<&Policy>) -> Vec<Item> {
    let others = match than.map(|than| &than.access) {
        Some(Access::Anyone(_)) => return Vec::new(),
        Some(Access::Listed { origins, .. }) => Entries::new(origins),
        None => Entries::new(&[]),
    };
    if let Access::Anyone(place) = of.policy.access {
        return vec![Item { witness: others.stranger().ok().flatten(), ..of.side.item("*", place) }];
    }
    let listing = Cell::new(MOST_LISTING);
    let item = |origin: &Origin| {
        let pattern = &origin.pattern.value;
        let (witness, origins) = match others.lack(pattern) {
            Ok(None) => return None,
            Ok(Some(witness)) => (Some(witness.clone()), others.all_lacking(pattern, witness, &listing)),
            Err(TooLarge) => (None, Vec::new()),
        };
        let through = origin.through.iter().map(|place| of.side.location(*place)).collect();
        Some(Item { witness, origins, through, ..of.side.item(pattern.to_string(), origin.pattern.place) })
    };
    of.policy.origins().iter().filter_map(item).collect()
}

//! Lists of names in header values: those of a policy, and those that a request asks about.

use core::cmp::Ordering;

/// The names of a policy's own list, as the compiler prints it: `a, b, c`.
pub(crate) fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(", ").filter(|name| !name.is_empty())
}

/// The items of a list in a request: browsers send them sorted, in lower case and joined by bare commas,
/// but RFC 9110 (5.6.1) also allows white space around the commas, and items that are empty.
pub(crate) fn items(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(trim).filter(|item| !item.is_empty())
}

/// Without optional white space (RFC 9110, 5.6.3) around it.
fn trim(mut item: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = item {
        item = rest;
    }
    item
}

/// Whether a policy's list holds the name, in any case. The list is sorted, after a `*` that it may begin with:
/// whatever the order in which names are asked about, each costs a few comparisons.
pub(crate) fn holds(list: &str, name: &[u8]) -> bool {
    let list = list.strip_prefix("*, ").unwrap_or(list);
    let (mut first, mut end) = (0, list.len());
    while let Some(rest) = list.get(first..end).filter(|rest| !rest.is_empty()) {
        // The name in the middle, with what stands before and behind it.
        let middle = rest.len() / 2;
        let start = rest.get(..middle).and_then(|before| before.rfind(", ")).map_or(0, |comma| comma + 2);
        let stop = rest.get(start..).and_then(|behind| behind.find(", ")).map_or(rest.len(), |comma| start + comma);
        let known = rest.get(start..stop).unwrap_or("");
        match known.bytes().cmp(name.iter().map(u8::to_ascii_lowercase)) {
            Ordering::Equal => return true,
            Ordering::Less => first += (stop + 2).min(rest.len()),
            Ordering::Greater => end = first + start.saturating_sub(2),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{holds, items};

    #[test]
    fn names_are_found_in_any_order_and_case() {
        let list = "content-type, x-a, x-b";
        for (name, expected) in [
            ("content-type", true),
            ("x-b", true),
            ("X-A", true),
            ("x-", false),
            ("x-a, x-b", false),
            ("", false),
            ("zebra", false),
            ("a", false),
        ] {
            assert_eq!(holds(list, name.as_bytes()), expected, "{name}");
            assert_eq!(holds("*, content-type, x-a, x-b", name.as_bytes()), expected, "{name}");
        }
        assert!(!holds("", b"x-a") && !holds("*", b"x-a") && holds("x-a", b"x-a"));
    }

    /// Every name of lists of every length is found, and what lies between names is not.
    #[test]
    fn sorted_lists_are_searched() {
        const NAMES: &str = "a, ab, b-1, b-10, b-2, c, dd, ddd, e, ff, g, zz";
        for end in NAMES.match_indices(", ").map(|(at, _)| at).chain([NAMES.len()]) {
            let list = &NAMES[..end];
            for name in super::names(list) {
                assert!(holds(list, name.as_bytes()), "{name} in {list}");
                for other in [&name.as_bytes()[1..], &[name.as_bytes(), b"!"].concat()] {
                    assert_eq!(super::names(list).any(|name| name.as_bytes() == other), holds(list, other), "{list}");
                }
            }
        }
    }

    #[test]
    fn items_are_what_stands_between_commas() {
        let found = |value: &'static str, expected: &[&str]| {
            assert!(items(value.as_bytes()).eq(expected.iter().map(|item| item.as_bytes())), "{value}");
        };
        found("a,b", &["a", "b"]);
        found(" a ,\tb,, c d ,", &["a", "b", "c d"]);
        found("", &[]);
        found(" , ,", &[]);
    }
}

//! Lists of names in header values: those of a policy, and those that a request asks about.

/// The names of a policy's own list, as the compiler prints it: `a, b, c`.
pub(crate) fn names(list: &'static str) -> impl Iterator<Item = &'static str> {
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

/// Finds names in a policy's list. Names that come in the order of the list, as browsers send them, cost
/// one pass over it; a name that comes too late costs one pass more.
pub(crate) struct Finder {
    list: &'static str,
    rest: &'static str,
}

impl Finder {
    pub(crate) const fn new(list: &'static str) -> Self {
        Self { list, rest: list }
    }

    /// Whether the list holds the name, in any case.
    pub(crate) fn holds(&mut self, name: &[u8]) -> bool {
        let behind = |list: &'static str| {
            let found = names(list).find(|known| known.as_bytes().eq_ignore_ascii_case(name))?;
            // The found name is a part of the list: it is looked for from there the next time, too.
            let place = found.as_ptr() as usize - list.as_ptr() as usize;
            list.get(place..)
        };
        let found = behind(self.rest).or_else(|| behind(self.list));
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{Finder, items};

    #[test]
    fn names_are_found_in_any_order_and_case() {
        let mut finder = Finder::new("content-type, x-a, x-b");
        for (name, expected) in [
            ("content-type", true),
            ("x-b", true),
            ("x-b", true),
            ("X-A", true),
            ("x-", false),
            ("x-a, x-b", false),
            ("", false),
            ("x-b", true),
        ] {
            assert_eq!(finder.holds(name.as_bytes()), expected, "{name}");
        }
        assert!(!Finder::new("").holds(b"x-a"));
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

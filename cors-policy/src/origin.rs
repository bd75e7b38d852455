//! The listed origins of a policy: tables, and the algorithms over them.
//!
//! Origins compare byte for byte, as the [CORS check] compares them in the browser. What a browser
//! sends is canonical (lower case, punycode, no default port), so nothing is ever normalized here.
//!
//! The compiler chooses the tables: a few entries are compared one by one, many are found by one probe.
//! Whatever an origin is, at most [`Origins::longest`] of its bytes are looked at.
//!
//! [CORS check]: https://fetch.spec.whatwg.org/#concept-cors-check

mod automaton;
mod exact;
mod hash;
mod pattern;
mod suffixes;
mod table;
mod text;

pub use automaton::{Automaton, Rows};
pub use exact::{Exact, Few};
pub use pattern::{Head, Pattern, Port, Wildcard};
pub use suffixes::Suffixes;
pub use table::Table;

/// The origins that a policy lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origins {
    /// The length in bytes of the shortest origin that can match.
    pub shortest: usize,
    /// The length in bytes of the longest one: others are refused unread.
    pub longest: usize,
    /// Origins without a wildcard, and `null`.
    pub exact: Exact,
    /// Origins with wildcards.
    pub patterns: Patterns,
    /// Origins that regular expressions describe.
    pub automata: &'static [Automaton],
}

/// The origin patterns that are not exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patterns {
    /// A few, compared one by one.
    Few(&'static [Pattern]),
    /// Many.
    Many(Suffixes),
}

impl Origins {
    /// Whether `origin` is listed. What is listed is ASCII.
    ///
    /// It is part of its callers, so that one who names a policy's static compares with constants.
    #[inline(always)]
    pub(crate) fn contains(&self, origin: &[u8]) -> bool {
        let fits = origin.len() >= self.shortest && origin.len() <= self.longest;
        fits && match &self.exact {
            Exact::None => self.matches_a_pattern(origin),
            Exact::Few(few) => few.contains(origin) || self.matches_a_pattern(origin),
            Exact::Many(table) => self.is_in(table, origin),
        }
    }

    // What takes more than a few comparisons is not inlined, and called last: what calls it needs no
    // registers to be saved.

    #[inline(never)]
    fn is_in(&self, table: &Table, origin: &[u8]) -> bool {
        table.find(origin).is_some() || self.matches_a_pattern(origin)
    }

    #[inline(always)]
    fn matches_a_pattern(&self, origin: &[u8]) -> bool {
        match (&self.patterns, self.automata) {
            (Patterns::Few([]), []) => false,
            (Patterns::Few([]), [automaton]) => automaton.matches(origin),
            (Patterns::Few([pattern]), []) if !pattern::may_have_port(origin) => pattern.matches(origin, 0),
            (Patterns::Many(suffixes), []) if !pattern::may_have_port(origin) => suffixes.matches(origin, 0),
            _ => self.matches(origin),
        }
    }

    #[inline(never)]
    fn matches(&self, origin: &[u8]) -> bool {
        let (rest, port) = pattern::split_port(origin);
        let listed = match &self.patterns {
            Patterns::Few(patterns) => patterns.iter().any(|pattern| pattern.matches(rest, port)),
            Patterns::Many(suffixes) => suffixes.matches(rest, port),
        };
        listed || self.automata.iter().any(|automaton| automaton.matches(origin))
    }
}

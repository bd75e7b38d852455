//! Questions about the parts of the origins that an automaton matches: their schemes, labels and ports.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::Dfa;
use super::expression::LABEL;
use crate::fetch::host::LONGEST_LABEL;
use crate::fetch::pattern::{DEFAULT_PORTS, OPAQUE_SCHEMES, default_port};

/// The schemes of web pages.
pub(crate) const PAGE_SCHEMES: [&str; 2] = ["https", "http"];
/// The bytes of schemes, letters first.
const SCHEME: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789+-.";

/// The hosts of an automaton, of whatever scheme.
pub(crate) struct HostSteps {
    /// The states in which a host begins, each with a scheme that leads there: those of web pages first.
    pub(crate) starts: Vec<(usize, String)>,
    /// Each state within a host, with each byte that leads on and the state after it.
    pub(crate) steps: Vec<(usize, u8, usize)>,
}

impl HostSteps {
    /// The states in which a label may begin.
    pub(crate) fn label_starts(&self) -> BTreeSet<usize> {
        let after_dot = self.steps.iter().filter(|(_, byte, _)| *byte == b'.').map(|(_, _, next)| *next);
        self.starts.iter().map(|(start, _)| *start).chain(after_dot).collect()
    }
}

impl Dfa {
    /// The hosts of the origins with schemes of web pages.
    #[must_use]
    pub(crate) fn page_hosts(&self) -> HostSteps {
        self.steps_from(self.schemes(false))
    }

    /// The hosts of all origins that browsers send.
    #[must_use]
    pub(crate) fn hosts(&self) -> HostSteps {
        self.steps_from(self.schemes(true))
    }

    fn steps_from(&self, starts: Vec<(usize, String)>) -> HostSteps {
        let mut seen: BTreeSet<usize> = starts.iter().map(|(start, _)| *start).collect();
        let mut open: Vec<usize> = seen.iter().copied().collect();
        let mut steps = Vec::new();
        while let Some(state) = open.pop() {
            for byte in LABEL.iter().chain([b'.']) {
                let Some(next) = self.after(state, byte) else { continue };
                steps.push((state, byte, next));
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        HostSteps { starts, steps }
    }

    /// The states in which hosts begin, each with the shortest scheme that leads there: https and http first, then,
    /// if `others` are meant, those of applications, and none whose origins are opaque. A state stands here once for
    /// each default port that such schemes have.
    fn schemes(&self, others: bool) -> Vec<(usize, String)> {
        let mut found: Vec<(usize, String)> = Vec::new();
        let mut find = |state: usize, scheme: &str| {
            let Some(host) = self.run_from(state, "://") else { return };
            let known = |(other, by): &(usize, String)| *other == host && default_port(by) == default_port(scheme);
            if !OPAQUE_SCHEMES.contains(&scheme) && !found.iter().any(known) {
                found.push((host, scheme.to_owned()));
            }
        };
        for scheme in PAGE_SCHEMES {
            self.run(scheme).into_iter().for_each(|state| find(state, scheme));
        }
        // What tells schemes apart that lead to the same state: the beginnings of those that mean something else.
        let special = |text: &str| {
            let names = OPAQUE_SCHEMES.into_iter().chain(DEFAULT_PORTS.map(|(scheme, _)| scheme));
            if names.into_iter().any(|name| name.starts_with(text)) { text.to_owned() } else { String::new() }
        };
        let start = usize::from(self.start);
        let mut seen = HashSet::from([(start, String::new())]);
        let mut open = VecDeque::from([(start, String::new())]);
        while let Some((state, scheme)) = open.pop_front().filter(|_| others) {
            find(state, &scheme);
            for &byte in SCHEME {
                let Some(next) = self.after(state, byte) else { continue };
                let longer = format!("{scheme}{}", char::from(byte));
                if seen.insert((next, special(&longer))) {
                    open.push_back((next, longer));
                }
            }
        }
        found
    }

    /// The state after a text that is read from a state on; `None` if nothing that matches goes on so.
    pub(crate) fn run_from(&self, state: usize, text: &str) -> Option<usize> {
        text.bytes().try_fold(state, |state, byte| self.after(state, byte))
    }

    /// The shortest of what an origin with that scheme may have behind a host that ends in a state: nothing, a dot, a
    /// port (not the default one, which no browser sends), or both.
    #[must_use]
    pub(crate) fn tail(&self, end: usize, scheme: &str) -> Option<String> {
        let default = default_port(scheme).map_or_else(String::new, |port| port.to_string());
        let mut seen = HashSet::new();
        let mut open = VecDeque::from([(end, String::new())]);
        while let Some((state, tail)) = open.pop_front() {
            let digits = tail.trim_start_matches(['.', ':']);
            if self.accepting[state] && (digits.is_empty() || digits != default) {
                return Some(tail);
            }
            let bytes: &[u8] = match tail.as_bytes().last() {
                None => b".:",
                Some(b'.') => b":",
                Some(_) => b"0123456789",
            };
            for &byte in bytes {
                let Some(next) = self.after(state, byte) else { continue };
                let longer = format!("{tail}{}", char::from(byte));
                let digits = longer.trim_start_matches(['.', ':']);
                let of_default = if default.starts_with(digits) { digits.len() } else { 0 };
                if seen.insert((next, byte.is_ascii_punctuation(), of_default)) {
                    open.push_back((next, longer));
                }
            }
        }
        None
    }

    /// Whether it matches an origin without a label that is longer than [`LONGEST_LABEL`] bytes.
    #[must_use]
    pub fn fits_labels(&self) -> bool {
        // How many bytes the label has at the least that ends in each state.
        let mut shortest: Vec<Option<usize>> = vec![None; self.accepting.len()];
        shortest[usize::from(self.start)] = Some(0);
        let mut open = vec![usize::from(self.start)];
        while let Some(state) = open.pop() {
            if self.accepting[state] {
                return true;
            }
            let length = shortest[state].unwrap_or(0);
            for byte in 0..=u8::MAX {
                let Some(next) = self.after(state, byte) else { continue };
                let longer = if LABEL.contains(byte) { length + 1 } else { 0 };
                if longer <= LONGEST_LABEL && shortest[next].is_none_or(|known| longer < known) {
                    shortest[next] = Some(longer);
                    open.push(next);
                }
            }
        }
        false
    }

    /// How many of the words of at most `longest` digits match from a state on.
    #[must_use]
    pub fn count_numbers(&self, state: usize, longest: u32) -> usize {
        let own = usize::from(self.accepting[state]);
        let Some(longest) = longest.checked_sub(1) else { return own };
        let mut next: HashMap<usize, usize> = HashMap::new();
        for after in (b'0'..=b'9').filter_map(|digit| self.after(state, digit)) {
            *next.entry(after).or_default() += 1;
        }
        own + next.into_iter().map(|(after, digits)| digits * self.count_numbers(after, longest)).sum::<usize>()
    }
}

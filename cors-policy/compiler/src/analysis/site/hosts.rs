//! The hosts of an automaton, read from right to left.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};

use crate::analysis::Dfa;
use crate::fetch::host::LONGEST_LABEL;

/// The most labels of one place in a host, and the most domains, that are taken for written on purpose.
const MOST: usize = 16;
/// The most partial labels that are looked at in search of whole ones.
const MOST_TRIED: usize = 20_000;

/// The hosts of an automaton, read backwards.
pub(super) struct Hosts<'a> {
    dfa: &'a Dfa,
    /// The states at the start of a host, with a scheme that leads to each.
    starts: Vec<(usize, String)>,
    /// The states at the end of one.
    ends: BTreeSet<usize>,
    /// For each state, how many characters a label has at the least that ends there; `None` outside hosts.
    to_boundary: Vec<Option<usize>>,
    /// For each state and byte, the states before.
    before: HashMap<(usize, u8), BTreeSet<usize>>,
}

/// The bytes of labels, those first that read well in an example.
const LABEL: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-_";

impl<'a> Hosts<'a> {
    pub(super) fn new(dfa: &'a Dfa) -> Self {
        let walk = dfa.hosts();
        let mut ends = BTreeSet::new();
        let mut before: HashMap<(usize, u8), BTreeSet<usize>> = HashMap::new();
        for &(state, byte, next) in &walk.steps {
            before.entry((next, byte)).or_default().insert(state);
            if dfa.accepting[next] || dfa.after(next, b':').is_some() {
                ends.insert(next);
            }
        }
        let mut to_boundary = vec![None; dfa.accepting.len()];
        let mut open: VecDeque<(usize, usize)> = walk.label_starts().into_iter().map(|state| (state, 0)).collect();
        while let Some((state, length)) = open.pop_front() {
            if to_boundary[state].is_some() {
                continue;
            }
            to_boundary[state] = Some(length);
            open.extend(LABEL.iter().filter_map(|&byte| Some((dfa.after(state, byte)?, length + 1))));
        }
        Self { dfa, starts: walk.starts, ends, to_boundary, before }
    }

    /// The states at the ends of hosts, before a trailing dot as well.
    pub(super) fn ends(&self) -> BTreeSet<usize> {
        self.ends.union(&self.back(&self.ends, b'.')).copied().collect()
    }

    /// The origin whose host is the name.
    pub(super) fn exact(&self, name: &str) -> Option<String> {
        self.starts.iter().find_map(|(start, scheme)| Some(format!("{scheme}://{}", self.host(*start, name, scheme)?)))
    }

    /// The name as a host that begins in a state, with what an origin of that scheme has behind it.
    fn host(&self, state: usize, name: &str, scheme: &str) -> Option<String> {
        let tail = self.dfa.tail(self.dfa.run_from(state, name)?, scheme)?;
        Some(format!("{name}{tail}"))
    }

    /// The states before a whole label that stands before `states`.
    pub(super) fn back_over(&self, states: &BTreeSet<usize>, label: &str) -> Option<BTreeSet<usize>> {
        let before = label.bytes().rev().fold(states.clone(), |states, byte| self.back(&states, byte));
        before.iter().any(|state| self.to_boundary[*state] == Some(0)).then_some(before)
    }

    /// The states before a byte that leads to `states`.
    pub(super) fn back(&self, states: &BTreeSet<usize>, byte: u8) -> BTreeSet<usize> {
        let before = |state: &usize| self.before.get(&(*state, byte)).into_iter().flatten().copied();
        states.iter().flat_map(before).collect()
    }

    /// The labels that may stand before `states`, shortest first, each with the states before it; and
    /// whether there are more than [`MOST`].
    pub(super) fn labels(&self, states: &BTreeSet<usize>) -> (Vec<(String, BTreeSet<usize>)>, bool) {
        let mut found: Vec<(String, BTreeSet<usize>)> = Vec::new();
        // Best first: by the length that a label will have at the least, then those nearly done, then by
        // the places of their bytes in `LABEL`.
        let key = |label: Vec<usize>, states: BTreeSet<usize>| {
            let rest = states.iter().filter_map(|state| self.to_boundary[*state]).min()?;
            Some(Reverse((label.len() + rest, rest, label, states)))
        };
        let mut open: BinaryHeap<_> = key(Vec::new(), states.clone()).into_iter().collect();
        let mut tried = 0;
        while let Some(Reverse((_, rest, label, states))) = open.pop() {
            tried += 1;
            if found.len() > MOST || tried > MOST_TRIED {
                return (found, true);
            }
            let longer =
                LABEL.iter().enumerate().filter(|_| label.len() < LONGEST_LABEL).filter_map(|(place, &byte)| {
                    let before = self.back(&states, byte);
                    key([&[place], label.as_slice()].concat(), before)
                });
            open.extend(longer.collect::<Vec<_>>());
            if rest == 0 && !label.is_empty() {
                found.push((label.iter().map(|&place| char::from(LABEL[place])).collect(), states));
            }
        }
        (found, false)
    }

    /// The shortest origin whose host is the name, or ends in it.
    pub(super) fn origin(&self, name: &str) -> Option<String> {
        self.starts.iter().find_map(|(start, scheme)| {
            let mut seen = HashSet::from([(*start, true)]);
            let mut open = VecDeque::from([(*start, String::new())]);
            while let Some((state, host)) = open.pop_front() {
                let at_label = host.is_empty() || host.ends_with('.');
                if at_label && let Some(rest) = self.host(state, name, scheme) {
                    return Some(format!("{scheme}://{host}{rest}"));
                }
                for &byte in LABEL.iter().chain(b".") {
                    if let Some(next) = self.dfa.after(state, byte)
                        && seen.insert((next, byte == b'.'))
                    {
                        open.push_back((next, format!("{host}{}", char::from(byte))));
                    }
                }
            }
            None
        })
    }
}

//! Deterministic automata, taken apart.

use std::collections::{BTreeSet, HashMap};

use crate::analysis::Dfa;

/// A deterministic automaton. State 0 is the dead one.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    /// The class of each byte.
    pub(super) classes: Vec<u8>,
    /// The next state for each state and class.
    pub(super) rows: Vec<Vec<usize>>,
    /// Whether a match may end in each state.
    pub(super) accepting: Vec<bool>,
    /// The state in which a match begins.
    pub(super) start: usize,
}

/// The most states of an automaton that stands for several.
const MOST_STATES_TOGETHER: usize = 1_000;

impl Graph {
    pub(super) fn new(dfa: &Dfa) -> Self {
        let rows = dfa.next.chunks(dfa.width).map(|row| row.iter().copied().map(usize::from).collect()).collect();
        Self { classes: dfa.classes.clone(), rows, accepting: dfa.accepting.clone(), start: usize::from(dfa.start) }
    }

    /// What matches as soon as one of several matches; `None` if it would be too large, or if there are
    /// fewer than two.
    pub(super) fn union(graphs: &[Self]) -> Option<Self> {
        if graphs.len() < 2 {
            return None;
        }
        // Bytes that no graph tells apart are one class.
        let mut columns: HashMap<Vec<u8>, u8> = HashMap::new();
        let mut symbols: Vec<Vec<u8>> = Vec::new();
        let mut classes = Vec::new();
        for byte in 0..256 {
            let column: Vec<u8> = graphs.iter().map(|graph| graph.classes[byte]).collect();
            let fresh = u8::try_from(symbols.len()).ok();
            let class = columns.get(&column).copied().or(fresh)?;
            if columns.insert(column.clone(), class).is_none() {
                symbols.push(column);
            }
            classes.push(class);
        }
        let dead = vec![0; graphs.len()];
        let mut states = vec![dead.clone(), graphs.iter().map(|graph| graph.start).collect()];
        let mut known: HashMap<Vec<usize>, usize> = states.iter().cloned().zip(0..).collect();
        let mut rows = Vec::new();
        while let Some(state) = states.get(rows.len()).cloned() {
            let step = |symbol: &Vec<u8>| {
                let moves = graphs.iter().zip(&state).zip(symbol);
                let next: Vec<usize> =
                    moves.map(|((graph, &state), &class)| graph.rows[state][usize::from(class)]).collect();
                *known.entry(next).or_insert_with_key(|next| {
                    states.push(next.clone());
                    states.len() - 1
                })
            };
            rows.push(symbols.iter().map(step).collect());
            if states.len() > MOST_STATES_TOGETHER {
                return None;
            }
        }
        let accepts = |state: &Vec<usize>| graphs.iter().zip(state).any(|(graph, &state)| graph.accepting[state]);
        Some(Self { classes, rows, accepting: states.iter().map(accepts).collect(), start: 1 })
    }

    /// Takes off the text with which every match begins.
    pub(super) fn take_prefix(&mut self) -> String {
        let mut prefix = String::new();
        while !self.accepting[self.start] {
            let row = &self.rows[self.start];
            let mut alive = (0..=u8::MAX).filter(|&byte| row[usize::from(self.classes[usize::from(byte)])] != 0);
            let (Some(byte), None) = (alive.next(), alive.next()) else { break };
            prefix.push(char::from(byte));
            self.start = row[usize::from(self.classes[usize::from(byte)])];
        }
        prefix
    }

    /// Takes off the text with which every match ends.
    pub(super) fn take_suffix(&mut self) -> String {
        let mut suffix = Vec::new();
        let reachable = self.reachable();
        while !self.accepting[self.start] {
            // The classes that lead to the end of a match.
            let last: BTreeSet<u8> = (0..=u8::MAX)
                .filter(|&class| {
                    let ends = |state: &usize| {
                        self.rows[*state].get(usize::from(class)).is_some_and(|&next| self.accepting[next])
                    };
                    reachable.iter().any(ends)
                })
                .collect();
            let mut bytes = (0..=u8::MAX).filter(|&byte| last.contains(&self.classes[usize::from(byte)]));
            let (Some(byte), None) = (bytes.next(), bytes.next()) else { break };
            suffix.push(byte);
            // What could end with that byte ends before it now.
            let class = usize::from(self.classes[usize::from(byte)]);
            self.accepting = self.rows.iter().map(|row| self.accepting[row[class]]).collect();
        }
        suffix.iter().rev().copied().map(char::from).collect()
    }

    /// The states that can be reached.
    fn reachable(&self) -> Vec<usize> {
        let mut seen = vec![false; self.rows.len()];
        let mut found = vec![self.start];
        seen[self.start] = true;
        let mut at = 0;
        while let Some(&state) = found.get(at) {
            for &next in &self.rows[state] {
                if !std::mem::replace(&mut seen[next], true) {
                    found.push(next);
                }
            }
            at += 1;
        }
        found
    }

    /// The same with as few states and classes as possible: the dead one, those in which no match may
    /// end, those in which one may.
    pub(super) fn minimized(&self) -> Self {
        let mut states = self.reachable();
        states.retain(|&state| state != 0);
        states.insert(0, 0);
        states.sort_unstable();
        // Moore's algorithm: states are told apart until nothing more tells them apart.
        let mut block: Vec<usize> = self.accepting.iter().map(|&accepts| usize::from(accepts)).collect();
        let mut count = 0;
        loop {
            let mut known: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
            let mut refined = vec![0; block.len()];
            for &state in &states {
                let fresh = known.len();
                let signature = (block[state], self.rows[state].iter().map(|&next| block[next]).collect());
                refined[state] = *known.entry(signature).or_insert(fresh);
            }
            block = refined;
            if known.len() == count {
                break;
            }
            count = known.len();
        }
        // One state for each block, in the order in which they are to stand.
        let mut chosen: Vec<usize> = Vec::new();
        let mut stands = vec![false; count];
        for &state in &states {
            if !std::mem::replace(&mut stands[block[state]], true) {
                chosen.push(state);
            }
        }
        chosen[1..].sort_by_key(|&state| self.accepting[state]);
        let places: HashMap<usize, usize> =
            chosen.iter().zip(0..).map(|(&state, place)| (block[state], place)).collect();
        let place = |state: usize| places[&block[state]];
        // Classes whose columns are the same are one.
        let mut columns: Vec<Vec<usize>> = Vec::new();
        let width = self.rows.first().map_or(0, Vec::len);
        let merged: Vec<u8> = (0..width)
            .map(|class| {
                let column: Vec<usize> = chosen.iter().map(|&state| place(self.rows[state][class])).collect();
                let known = columns.iter().position(|other| *other == column).unwrap_or_else(|| {
                    columns.push(column);
                    columns.len() - 1
                });
                u8::try_from(known).unwrap_or(u8::MAX)
            })
            .collect();
        Self {
            classes: self.classes.iter().map(|&class| merged[usize::from(class)]).collect(),
            rows: (0..chosen.len()).map(|state| columns.iter().map(|column| column[state]).collect()).collect(),
            accepting: chosen.iter().map(|&state| self.accepting[state]).collect(),
            start: place(self.start),
        }
    }

    /// The length of the shortest match.
    pub(super) fn shortest_match(&self) -> usize {
        let mut reached = BTreeSet::from([self.start]);
        let mut length = 0;
        while !reached.iter().any(|&state| self.accepting[state]) && length < self.rows.len() {
            reached =
                reached.iter().flat_map(|&state| self.rows[state].iter().copied()).filter(|&next| next != 0).collect();
            length += 1;
        }
        length
    }
}

//! Deterministic automata, taken apart.

use std::collections::{BTreeSet, HashMap};

use crate::analysis::Dfa;
use crate::analysis::dfa::{blocks, distinct};

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
        let column = |byte: usize| graphs.iter().map(|graph| usize::from(graph.classes[byte])).collect();
        let (classes, symbols) = distinct(&mut (0..256).map(column));
        let classes = classes.into_iter().map(|class| u8::try_from(class).ok()).collect::<Option<_>>()?;
        let dead = vec![0; graphs.len()];
        let mut states = vec![dead.clone(), graphs.iter().map(|graph| graph.start).collect()];
        let mut known: HashMap<Vec<usize>, usize> = states.iter().cloned().zip(0..).collect();
        let mut rows = Vec::new();
        while let Some(state) = states.get(rows.len()).cloned() {
            let step = |symbol: &Vec<usize>| {
                let moves = graphs.iter().zip(&state).zip(symbol);
                let next: Vec<usize> = moves.map(|((graph, &state), &class)| graph.rows[state][class]).collect();
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
        let mut kept = self.reachable();
        kept.push(0);
        kept.sort_unstable();
        kept.dedup();
        let mut place = vec![0; self.rows.len()];
        kept.iter().enumerate().for_each(|(index, &state)| place[state] = index);
        let rows: Vec<Vec<usize>> =
            kept.iter().map(|&state| self.rows[state].iter().map(|&next| place[next]).collect()).collect();
        let accepting: Vec<bool> = kept.iter().map(|&state| self.accepting[state]).collect();
        let block = blocks(&rows, &accepting);
        // One state for each block, in the order in which they are to stand. That of the dead state is the first.
        let mut chosen: Vec<usize> = Vec::new();
        for (state, &block) in block.iter().enumerate() {
            if block == chosen.len() {
                chosen.push(state);
            }
        }
        chosen.sort_by_key(|&state| accepting[state]);
        let mut number = vec![0; chosen.len()];
        chosen.iter().enumerate().for_each(|(index, &state)| number[block[state]] = index);
        // Classes whose columns are the same are one.
        let column = |class: usize| chosen.iter().map(|&state| number[block[rows[state][class]]]).collect();
        let (merged, columns) = distinct(&mut (0..rows[0].len()).map(column));
        let class = |class: &u8| u8::try_from(merged[usize::from(*class)]).unwrap_or(u8::MAX);
        Self {
            classes: self.classes.iter().map(class).collect(),
            rows: (0..chosen.len()).map(|state| columns.iter().map(|column| column[state]).collect()).collect(),
            accepting: chosen.iter().map(|&state| accepting[state]).collect(),
            start: number[block[place[self.start]]],
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

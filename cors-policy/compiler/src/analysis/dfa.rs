//! Minimal deterministic automata: the tables of the Rust target, and expressions made from them.

mod samples;
#[cfg(feature = "files")]
mod to_expression;

use std::collections::HashMap;

use super::byte_set::ByteSet;
use super::explore::Walk;
use super::nfa::Nfa;
use super::{Language, TooLarge};

/// A minimal deterministic automaton. State 0 is dead: nothing matches from there on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dfa {
    /// The class of each byte.
    pub classes: Vec<u8>,
    /// How many classes there are.
    pub width: usize,
    /// The next state for each state and class, row by row.
    pub next: Vec<u16>,
    /// Whether a match may end in each state.
    pub accepting: Vec<bool>,
    /// The state in which a match begins.
    pub start: u16,
}

/// The most states of a minimal automaton.
pub(super) const MOST_STATES: usize = 4_000;

impl Dfa {
    /// The automaton of the words in all of the languages.
    ///
    /// # Errors
    /// It would have more than 4,000 states.
    pub fn intersection(parts: &[&Language]) -> Result<Self, TooLarge> {
        Self::difference(parts, &[])
    }

    /// The automaton of the words in all of the languages `within`, and in none of those `without`.
    ///
    /// # Errors
    /// It would have more than 4,000 states.
    pub fn difference(within: &[&Language], without: &[&Language]) -> Result<Self, TooLarge> {
        let parts: Vec<&Nfa> = within.iter().chain(without).map(|part| &part.nfa).collect();
        let walk = Walk::new(&parts);
        let accept = |matches: &[bool]| (0..).zip(matches).all(|(index, &matches)| matches == (index < within.len()));
        let (rows, accepting) = walk.table(within.len(), accept, MOST_STATES * 4)?;
        let (rows, accepting, start) = minimize(&rows, &accepting);
        if accepting.len() > MOST_STATES {
            return Err(TooLarge);
        }
        Ok(Self::from_rows(&walk, &rows, accepting, start))
    }

    /// Puts bytes that lead to the same states into one class.
    fn from_rows(walk: &Walk<'_>, rows: &[Vec<usize>], accepting: Vec<bool>, start: usize) -> Self {
        let nowhere = vec![0; rows.len()];
        let column = |byte| match walk.class_of(byte) {
            Some(symbol) => rows.iter().map(|row| row[symbol]).collect(),
            None => nowhere.clone(),
        };
        // The first class is that of the bytes that lead nowhere, even if there is none.
        let mut columns = std::iter::once(nowhere.clone()).chain((0..=u8::MAX).map(column));
        let (classes, table) = distinct(&mut columns);
        let classes = classes[1..].iter().map(|&class| u8::try_from(class).unwrap_or(u8::MAX)).collect();
        let cell = |state: usize| u16::try_from(state).unwrap_or(0);
        let next = (0..rows.len()).flat_map(|row| table.iter().map(move |column| cell(column[row]))).collect();
        Self { classes, width: table.len(), next, accepting, start: cell(start) }
    }

    /// Whether it matches the word.
    #[must_use]
    pub fn matches(&self, word: &[u8]) -> bool {
        let step = |state: usize, byte: &u8| self.step(state, self.classes[usize::from(*byte)]);
        self.accepting[word.iter().fold(usize::from(self.start), step)]
    }

    /// Whether it matches nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.accepting.contains(&true)
    }

    /// The state after a text; `None` if nothing that matches begins with it.
    #[must_use]
    pub fn run(&self, text: &str) -> Option<usize> {
        text.bytes().try_fold(usize::from(self.start), |state, byte| self.after(state, byte))
    }

    /// The state after one more byte; `None` if nothing matches from there on.
    pub(crate) fn after(&self, state: usize, byte: u8) -> Option<usize> {
        Some(self.step(state, self.classes[usize::from(byte)])).filter(|&next| next != 0)
    }

    fn step(&self, state: usize, class: u8) -> usize {
        usize::from(self.next[state * self.width + usize::from(class)])
    }

    /// The words that lead to a state for which `ends` holds; `Language::from` has those that match.
    #[must_use]
    pub fn leading_to(&self, ends: impl Fn(usize) -> bool) -> Language {
        let accepting: Vec<bool> = (0..self.accepting.len()).map(ends).collect();
        Language { nfa: Nfa::from_edges(&self.edges(), usize::from(self.start), &accepting) }
    }

    /// The bytes that lead from one state to another, without those to the dead one.
    fn edges(&self) -> Vec<(usize, usize, ByteSet)> {
        let mut edges = self.all_edges();
        edges.retain(|(_, to, _)| *to != 0);
        edges
    }

    /// The same with those to the dead state; its own are left out.
    pub(super) fn all_edges(&self) -> Vec<(usize, usize, ByteSet)> {
        let mut class_sets = vec![ByteSet::EMPTY; self.width];
        for (byte, &class) in (0..=u8::MAX).zip(&self.classes) {
            let set = &mut class_sets[usize::from(class)];
            *set = set.union(ByteSet::byte(byte));
        }
        let mut edges: Vec<(usize, usize, ByteSet)> = Vec::new();
        for (from, row) in self.next.chunks(self.width).enumerate().skip(1) {
            let first = edges.len();
            for (&next, class) in row.iter().zip(&class_sets) {
                let next = usize::from(next);
                match edges[first..].iter_mut().find(|(_, to, _)| *to == next) {
                    Some((_, _, set)) => *set = set.union(*class),
                    None => edges.push((from, next, *class)),
                }
            }
            edges[first..].sort_unstable_by_key(|(_, to, _)| *to);
        }
        edges
    }
}

/// Numbers what differs, in the order in which it first comes: the number of each, and what differs.
pub(crate) fn distinct(all: &mut dyn Iterator<Item = Vec<usize>>) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut found = Vec::new();
    let numbers = all
        .map(|one| {
            let fresh = known.len();
            *known.entry(one).or_insert_with_key(|one| {
                found.push(one.clone());
                fresh
            })
        })
        .collect();
    (numbers, found)
}

/// Moore's algorithm: states are told apart until nothing more tells them apart. The block of each state, in the
/// order in which they first come.
pub(crate) fn blocks(rows: &[Vec<usize>], accepting: &[bool]) -> Vec<usize> {
    let mut blocks: Vec<usize> = accepting.iter().map(|&accepts| usize::from(accepts)).collect();
    let mut count = 0;
    loop {
        let mut signatures = (0..rows.len())
            .map(|state| std::iter::once(&state).chain(&rows[state]).map(|&state| blocks[state]).collect());
        let (refined, found) = distinct(&mut signatures);
        blocks = refined;
        if found.len() == count {
            return blocks;
        }
        count = found.len();
    }
}

/// The automaton with as few states as possible. Its state 0 is dead, and every other one leads to a match.
fn minimize(rows: &[Vec<usize>], accepting: &[bool]) -> (Vec<Vec<usize>>, Vec<bool>, usize) {
    // State 0 of the walk is the dead one, and so the first block.
    let block = blocks(rows, accepting);
    let count = block.iter().max().map_or(0, |last| last + 1);
    let mut minimal = vec![Vec::new(); count];
    let mut accepts = vec![false; count];
    for state in 0..rows.len() {
        minimal[block[state]] = rows[state].iter().map(|&next| block[next]).collect();
        accepts[block[state]] = accepting[state];
    }
    (minimal, accepts, block[1])
}

/// The words that match.
impl From<&Dfa> for Language {
    fn from(dfa: &Dfa) -> Self {
        dfa.leading_to(|state| dfa.accepting[state])
    }
}

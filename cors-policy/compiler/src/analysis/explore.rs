//! Walking several automata at once over the same words: the one algorithm behind every question.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::TooLarge;
use super::byte_set::ByteSet;
use super::nfa::Nfa;

/// The most states that a walk visits.
const MOST_STATES: usize = 200_000;
/// The most positions that the states of a walk hold in all.
const MOST_MEMBERS: usize = 20_000_000;

/// The same for a walk that becomes a table.
const MOST_TABLE_MEMBERS: usize = 12_000;

/// The bytes in the order in which a person would rather read them in an example.
pub(super) const PREFERENCE: &[u8] = b"axebcdfghijklmnopqrstuvwyz0123456789-_.:/[]+";

/// Where each automaton may be after a word: a set of positions, or its start.
type State = Vec<Vec<u32>>;

/// The mark of an automaton that has not moved.
const START: u32 = u32::MAX;

/// Several automata reading the same word.
pub(super) struct Walk<'a> {
    parts: &'a [&'a Nfa],
    /// A representative byte of each class of bytes that no automaton tells apart, preferred ones first.
    representatives: Vec<u8>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(parts: &'a [&'a Nfa]) -> Self {
        Self { representatives: representatives(parts), parts }
    }

    /// The number of the class of a byte; `None` if it leads nowhere.
    pub(super) fn class_of(&self, byte: u8) -> Option<usize> {
        let same = |&other: &u8| {
            self.parts.iter().all(|part| part.bytes.iter().all(|set| set.contains(byte) == set.contains(other)))
        };
        self.representatives.iter().position(same)
    }

    /// Every state: the next one for each class, and whether `accept` holds there. State 0 is the dead
    /// one, in which one of the first `alive` automata has stopped; the walk starts in state 1.
    ///
    /// # Errors
    /// There are more than `most` states.
    pub(super) fn table(
        &self,
        alive: usize,
        accept: impl Fn(&[bool]) -> bool,
        most: usize,
    ) -> Result<(Vec<Vec<usize>>, Vec<bool>), TooLarge> {
        let mut known: HashMap<State, usize> = HashMap::from([(self.start(), 1)]);
        let mut open = vec![self.start()];
        let mut rows = vec![vec![0; self.representatives.len()]];
        let mut accepting = vec![false];
        let mut at = 0;
        let mut members = 0;
        while let Some(state) = open.get(at).cloned() {
            members += state.iter().map(Vec::len).sum::<usize>();
            if members > MOST_TABLE_MEMBERS {
                return Err(TooLarge);
            }
            accepting.push(accept(&self.matches(&state)));
            let mut row = Vec::new();
            for &byte in &self.representatives {
                let next = self.step(&state, byte);
                if next.iter().take(alive).any(Vec::is_empty) {
                    row.push(0);
                    continue;
                }
                let fresh = open.len() + 1;
                let number = *known.entry(next).or_insert_with_key(|next| {
                    open.push(next.clone());
                    fresh
                });
                if open.len() > most {
                    return Err(TooLarge);
                }
                row.push(number);
            }
            rows.push(row);
            at += 1;
        }
        Ok((rows, accepting))
    }

    pub(super) fn start(&self) -> State {
        vec![vec![START]; self.parts.len()]
    }

    /// Where the automata are after one more byte.
    pub(super) fn step(&self, state: &State, byte: u8) -> State {
        let step = |(part, set): (&&Nfa, &Vec<u32>)| {
            let mut next: Vec<u32> = Vec::new();
            for &position in set {
                let follow = if position == START { &part.first } else { &part.follow[position as usize] };
                next.extend(follow.iter().filter(|&&next| part.bytes[next as usize].contains(byte)));
            }
            next.sort_unstable();
            next.dedup();
            next
        };
        self.parts.iter().zip(state).map(step).collect()
    }

    /// Which of the automata match the word that led here.
    pub(super) fn matches(&self, state: &State) -> Vec<bool> {
        let matches = |(part, set): (&&Nfa, &Vec<u32>)| {
            set.iter().any(|&position| if position == START { part.nullable } else { part.last[position as usize] })
        };
        self.parts.iter().zip(state).map(matches).collect()
    }

    /// The shortest word for which `accept` holds, given which automata match it. Words on which the
    /// first `alive` automata are not all still running are left aside.
    ///
    /// What the walk costs is taken from `work`: a position of an automaton, read on by one byte, is one.
    ///
    /// # Errors
    /// There are more states than the budget allows, or not enough is left of `work`.
    pub(super) fn shortest(
        &self,
        alive: usize,
        accept: impl Fn(&[bool]) -> bool,
        work: &mut usize,
    ) -> Result<Option<Vec<u8>>, TooLarge> {
        let mut known: HashMap<State, usize> = HashMap::new();
        // The word of each state, as the state before and the last byte.
        let mut trail: Vec<(usize, u8)> = vec![(0, 0)];
        let mut states: Vec<State> = vec![self.start()];
        let mut members = 0;
        let mut at = 0;
        while let Some(state) = states.get(at).cloned() {
            if accept(&self.matches(&state)) {
                return Ok(Some(word(&trail, at)));
            }
            let cost = self.representatives.len() * state.iter().map(Vec::len).sum::<usize>();
            *work = work.checked_sub(cost).ok_or(TooLarge)?;
            for &byte in &self.representatives {
                let next = self.step(&state, byte);
                if next.iter().take(alive).any(Vec::is_empty) {
                    continue;
                }
                if let Entry::Vacant(entry) = known.entry(next) {
                    members += entry.key().iter().map(Vec::len).sum::<usize>();
                    if states.len() >= MOST_STATES || members > MOST_MEMBERS {
                        return Err(TooLarge);
                    }
                    states.push(entry.key().clone());
                    trail.push((at, byte));
                    entry.insert(states.len() - 1);
                }
            }
            // Done with: only its place in the trail is needed.
            states[at] = State::new();
            at += 1;
        }
        Ok(None)
    }
}

/// The word that led to a state.
fn word(trail: &[(usize, u8)], mut at: usize) -> Vec<u8> {
    let mut word = Vec::new();
    while at != 0 {
        let (before, byte) = trail[at];
        word.push(byte);
        at = before;
    }
    word.reverse();
    word
}

/// One byte of each class that no position tells apart; classes that lead nowhere are left out.
fn representatives(parts: &[&Nfa]) -> Vec<u8> {
    let mut sets: Vec<ByteSet> = parts.iter().flat_map(|part| part.bytes.iter().copied()).collect();
    sets.sort_unstable();
    sets.dedup();
    let signature = |byte: u8| sets.iter().map(|set| set.contains(byte)).collect::<Vec<bool>>();
    let others = (0..=u8::MAX).filter(|byte| !PREFERENCE.contains(byte));
    let mut known: HashMap<Vec<bool>, ()> = HashMap::new();
    let mut representatives = Vec::new();
    for byte in PREFERENCE.iter().copied().chain(others) {
        let signature = signature(byte);
        if signature.contains(&true) && known.insert(signature, ()).is_none() {
            representatives.push(byte);
        }
    }
    representatives
}

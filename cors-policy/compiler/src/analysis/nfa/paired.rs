//! An automaton beside a deterministic one, over the same words. Unlike a walk over sets of positions this is
//! never exponential: there are as many pairs as positions times states.

use super::Nfa;
use crate::analysis::byte_set::ByteSet;
use crate::analysis::{Dfa, Language, TooLarge};

/// The most pairs of a position and a state.
const MOST_PAIRS: usize = 64_000_000;

impl Language {
    /// Whether it holds a word that the automaton matches.
    ///
    /// # Errors
    /// There are too many pairs.
    pub fn meets(&self, dfa: &Dfa) -> Result<bool, TooLarge> {
        self.nfa.paired(dfa, |state| dfa.accepting[state])
    }

    /// Whether the automaton matches every word of it.
    ///
    /// # Errors
    /// There are too many pairs.
    #[cfg(feature = "files")]
    pub fn is_within(&self, dfa: &Dfa) -> Result<bool, TooLarge> {
        self.nfa.paired(dfa, |state| !dfa.accepting[state]).map(|outside| !outside)
    }
}

impl Nfa {
    /// Whether a word of it leads the automaton to a state for which `ends` holds.
    fn paired(&self, dfa: &Dfa, ends: impl Fn(usize) -> bool) -> Result<bool, TooLarge> {
        let (states, start) = (dfa.accepting.len(), usize::from(dfa.start));
        if self.bytes.len() * states > MOST_PAIRS {
            return Err(TooLarge);
        }
        if self.nullable && ends(start) {
            return Ok(true);
        }
        let mut ways: Vec<Vec<(usize, ByteSet)>> = vec![Vec::new(); states];
        for (from, to, set) in dfa.all_edges() {
            ways[from].push((to, set));
        }
        // From the dead state no word leads to a match; whoever looks for words without one goes on.
        if ends(0) {
            ways[0].push((0, ByteSet::range(0, u8::MAX)));
        }
        let mut seen = vec![false; self.bytes.len() * states];
        let mut open = Vec::new();
        let mut reach = |from: usize, to: &[u32], open: &mut Vec<(u32, usize)>| {
            for &position in to {
                let bytes = self.bytes[position as usize];
                for &(state, set) in &ways[from] {
                    let seen = &mut seen[position as usize * states + state];
                    if !*seen && !set.intersection(bytes).is_empty() {
                        *seen = true;
                        open.push((position, state));
                    }
                }
            }
        };
        reach(start, &self.first, &mut open);
        while let Some((position, state)) = open.pop() {
            if self.last[position as usize] && ends(state) {
                return Ok(true);
            }
            reach(state, &self.follow[position as usize], &mut open);
        }
        Ok(false)
    }
}

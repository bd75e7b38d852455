//! Questions about the parts of the origins that an automaton matches: their labels and ports.

use std::collections::{BTreeSet, HashMap};

use super::Dfa;
use super::expression::LABEL;
use crate::fetch::host::LONGEST_LABEL;

impl Dfa {
    /// The states in which a label of a host of http or https may begin.
    #[must_use]
    pub fn label_starts(&self) -> BTreeSet<usize> {
        let mut starts: BTreeSet<usize> =
            ["https://", "http://"].into_iter().filter_map(|scheme| self.run(scheme)).collect();
        let (mut open, mut seen) = (starts.iter().copied().collect::<Vec<_>>(), starts.clone());
        while let Some(state) = open.pop() {
            for byte in LABEL.iter().chain([b'.']) {
                let Some(next) = self.after(state, byte) else { continue };
                if byte == b'.' {
                    starts.insert(next);
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        starts
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

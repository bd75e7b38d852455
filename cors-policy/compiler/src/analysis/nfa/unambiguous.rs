//! Whether a backtracking matcher has one way only.

use std::collections::HashSet;

use super::Nfa;
use crate::analysis::Language;

impl Language {
    /// Whether every word of it is matched in one way only, so that a backtracking matcher takes a time
    /// that is linear in the length of the text, whatever the text.
    #[must_use]
    pub fn is_unambiguous(&self) -> bool {
        self.nfa.is_unambiguous()
    }
}

impl Nfa {
    /// Whether every word of the language is matched in one way only. Then a backtracking matcher tries,
    /// for any prefix of any text, each position at most once: its time is linear.
    #[must_use]
    pub fn is_unambiguous(&self) -> bool {
        // A position that follows another in two ways, as in `(a*)*`.
        let repeats = |follow: &Vec<u32>| {
            let unique: HashSet<u32> = follow.iter().copied().collect();
            unique.len() < follow.len()
        };
        if self.follow.iter().any(repeats) {
            return false;
        }
        // Two paths over the same word that part, and meet again or both end.
        let (forward, backward) = (self.pairs(false), self.pairs(true));
        !forward.iter().any(|pair| pair.0 != pair.1 && backward.contains(pair))
    }

    /// The pairs of positions that two paths over one word reach together from the start, or from which
    /// (`reverse`) they reach ends together.
    fn pairs(&self, reverse: bool) -> HashSet<(u32, u32)> {
        let count = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let mut before: Vec<Vec<u32>> = Vec::new();
        let starts: Vec<u32> = if reverse {
            before = vec![Vec::new(); self.bytes.len()];
            for (position, follow) in (0..).zip(&self.follow) {
                for &next in follow {
                    before[next as usize].push(position);
                }
            }
            (0..count).filter(|&position| self.last[position as usize]).collect()
        } else {
            self.first.clone()
        };
        let steps = if reverse { &before } else { &self.follow };
        let together = |a: u32, b: u32| !self.bytes[a as usize].intersection(self.bytes[b as usize]).is_empty();
        let mut found = HashSet::new();
        let mut open = Vec::new();
        let mut add = |a: u32, b: u32, open: &mut Vec<(u32, u32)>| {
            if together(a, b) && found.insert((a, b)) {
                open.push((a, b));
            }
        };
        for &a in &starts {
            for &b in &starts {
                add(a, b, &mut open);
            }
        }
        while let Some((a, b)) = open.pop() {
            for &c in &steps[a as usize] {
                for &d in &steps[b as usize] {
                    add(c, d, &mut open);
                }
            }
        }
        found
    }
}

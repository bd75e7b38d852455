//! Whether a backtracking matcher has one way only.

use super::Nfa;
use crate::analysis::{Language, TooLarge};

/// The most positions of which pairs are looked at.
const MOST_POSITIONS: usize = 4_096;

impl Language {
    /// Whether every word of it is matched in one way only, so that a backtracking matcher takes a time
    /// that is linear in the length of the text, whatever the text. Each step of the search is taken from `work`.
    ///
    /// # Errors
    /// The automaton is too large, or not enough is left of `work`.
    pub fn is_unambiguous(&self, work: &mut usize) -> Result<bool, TooLarge> {
        self.nfa.is_unambiguous(work)
    }
}

impl Nfa {
    /// Whether every word of the language is matched in one way only. Then a backtracking matcher tries,
    /// for any prefix of any text, each position at most once: its time is linear.
    fn is_unambiguous(&self, work: &mut usize) -> Result<bool, TooLarge> {
        if self.bytes.len() > MOST_POSITIONS {
            return Err(TooLarge);
        }
        // A position that follows another in two ways, as in `(a*)*`.
        let mut after = vec![usize::MAX; self.bytes.len()];
        for (position, follow) in self.follow.iter().enumerate() {
            for &next in follow {
                if std::mem::replace(&mut after[next as usize], position) == position {
                    return Ok(false);
                }
            }
        }
        // Two paths over the same word that part, and meet again or both end.
        let (forward, part) = self.pairs(&self.first, &self.follow, |_| true, work)?;
        if !part {
            return Ok(true);
        }
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); self.bytes.len()];
        for (position, follow) in (0..).zip(&self.follow) {
            follow.iter().for_each(|&next| before[next as usize].push(position));
        }
        let ends: Vec<u32> = (0..).zip(&self.last).filter(|(_, last)| **last).map(|(position, _)| position).collect();
        // What two paths from the start lead to an end lies on those paths, all of it.
        let (_, part) = self.pairs(&ends, &before, |pair| forward[pair], work)?;
        Ok(!part)
    }

    /// The pairs of positions that two paths over one word reach together, as a table, and whether two different
    /// positions are among them. Pairs that are not `among` those that count are left out.
    fn pairs(
        &self,
        starts: &[u32],
        steps: &[Vec<u32>],
        among: impl Fn(usize) -> bool,
        work: &mut usize,
    ) -> Result<(Vec<bool>, bool), TooLarge> {
        let count = self.bytes.len();
        let (mut found, mut part, mut open) = (vec![false; count * count], false, Vec::new());
        let mut reach = |left: &[u32], right: &[u32], open: &mut Vec<(u32, u32)>| -> Result<(), TooLarge> {
            *work = work.checked_sub(left.len() * right.len()).ok_or(TooLarge)?;
            for &a in left {
                for &b in right {
                    // The smaller one first: there is no more to learn from the other order.
                    let (a, b) = (a.min(b), a.max(b));
                    let pair = a as usize * count + b as usize;
                    let together = || !self.bytes[a as usize].intersection(self.bytes[b as usize]).is_empty();
                    if !found[pair] && among(pair) && together() {
                        found[pair] = true;
                        part |= a != b;
                        open.push((a, b));
                    }
                }
            }
            Ok(())
        };
        reach(starts, starts, &mut open)?;
        while let Some((a, b)) = open.pop() {
            reach(&steps[a as usize], &steps[b as usize], &mut open)?;
        }
        Ok((found, part))
    }
}

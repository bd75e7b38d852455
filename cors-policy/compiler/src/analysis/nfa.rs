//! Automata whose states are the positions of an expression (Glushkov's construction): no empty
//! transitions, and a path through them is a way in which the expression matches.

mod paired;
#[cfg(feature = "files")]
mod unambiguous;

use super::TooLarge;
use super::byte_set::ByteSet;
use super::expression::Expression;

/// The most positions of an automaton.
const MOST_POSITIONS: usize = 1_000_000;
/// The most pairs of positions that follow each other.
const MOST_EDGES: usize = 4_000_000;

/// A non-deterministic automaton.
#[derive(Debug, Clone, Default)]
pub struct Nfa {
    /// The bytes that lead to each position.
    pub(super) bytes: Vec<ByteSet>,
    /// The positions that may come after each.
    pub(super) follow: Vec<Vec<u32>>,
    /// The positions that a match may begin with.
    pub(super) first: Vec<u32>,
    /// Whether a match may end with each position.
    pub(super) last: Vec<bool>,
    /// Whether the empty string matches.
    pub(super) nullable: bool,
    edges: usize,
}

/// What is known of a part of an expression.
#[derive(Clone)]
struct Part {
    nullable: bool,
    first: Vec<u32>,
    last: Vec<u32>,
}

impl Nfa {
    /// The automaton of an expression.
    ///
    /// # Errors
    /// Its counted repetitions make it too large.
    pub fn new(expression: &Expression) -> Result<Self, TooLarge> {
        let mut nfa = Self::default();
        let whole = nfa.part(expression)?;
        nfa.first = whole.first;
        nfa.nullable = whole.nullable;
        nfa.last = vec![false; nfa.bytes.len()];
        for position in whole.last {
            nfa.last[position as usize] = true;
        }
        Ok(nfa)
    }

    fn part(&mut self, expression: &Expression) -> Result<Part, TooLarge> {
        let empty = || Part { nullable: true, first: Vec::new(), last: Vec::new() };
        match expression {
            Expression::Bytes(set) => {
                let position = u32::try_from(self.bytes.len()).map_err(|_| TooLarge)?;
                if self.bytes.len() >= MOST_POSITIONS {
                    return Err(TooLarge);
                }
                self.bytes.push(*set);
                self.follow.push(Vec::new());
                Ok(Part { nullable: false, first: vec![position], last: vec![position] })
            }
            Expression::Concatenation(parts) => {
                let mut whole = empty();
                for part in parts {
                    let part = self.part(part)?;
                    whole = self.concatenate(whole, part)?;
                }
                Ok(whole)
            }
            Expression::Alternation(parts) => {
                let mut whole = Part { nullable: false, ..empty() };
                for part in parts {
                    let part = self.part(part)?;
                    whole.nullable |= part.nullable;
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                }
                Ok(whole)
            }
            Expression::Repetition { inner, min, max } => {
                let mut whole = empty();
                for _ in 0..*min {
                    let part = self.part(inner)?;
                    whole = self.concatenate(whole, part)?;
                }
                match max {
                    None => {
                        let looped = self.part(inner)?;
                        self.connect(&looped.last, &looped.first)?;
                        whole = self.concatenate(whole, Part { nullable: true, ..looped })?;
                    }
                    Some(max) => {
                        // From the inside out, as in `(x(x(x)?)?)?`: each time follows the one before it only.
                        let mut times = empty();
                        for _ in *min..*max {
                            let part = self.part(inner)?;
                            times = Part { nullable: true, ..self.concatenate(part, times)? };
                        }
                        whole = self.concatenate(whole, times)?;
                    }
                }
                Ok(whole)
            }
        }
    }

    fn concatenate(&mut self, left: Part, right: Part) -> Result<Part, TooLarge> {
        self.connect(&left.last, &right.first)?;
        let mut first = left.first;
        if left.nullable {
            first.extend(&right.first);
        }
        let mut last = right.last;
        if right.nullable {
            last.extend(left.last);
        }
        Ok(Part { nullable: left.nullable && right.nullable, first, last })
    }

    fn connect(&mut self, from: &[u32], to: &[u32]) -> Result<(), TooLarge> {
        self.edges += from.len() * to.len();
        if self.edges > MOST_EDGES {
            return Err(TooLarge);
        }
        for &position in from {
            self.follow[position as usize].extend(to);
        }
        Ok(())
    }

    /// The automaton of the words that lead from `start` over the edges to an accepting state.
    pub(super) fn from_edges(edges: &[(usize, usize, ByteSet)], start: usize, accepting: &[bool]) -> Self {
        let mut leaving: Vec<Vec<u32>> = vec![Vec::new(); accepting.len()];
        for (position, (from, ..)) in (0..).zip(edges) {
            leaving[*from].push(position);
        }
        let follow: Vec<Vec<u32>> = edges.iter().map(|(_, to, _)| leaving[*to].clone()).collect();
        Self {
            bytes: edges.iter().map(|(.., bytes)| *bytes).collect(),
            last: edges.iter().map(|(_, to, _)| accepting[*to]).collect(),
            first: leaving[start].clone(),
            nullable: accepting[start],
            edges: follow.iter().map(Vec::len).sum(),
            follow,
        }
    }

    /// How many positions it has, and how many pairs that follow each other.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.bytes.len(), self.edges)
    }

    /// Whether the word matches.
    #[must_use]
    pub fn matches(&self, word: &[u8]) -> bool {
        let Some((first, rest)) = word.split_first() else { return self.nullable };
        let reads = |byte: u8| move |position: &u32| self.bytes[*position as usize].contains(byte);
        let mut here: Vec<u32> = self.first.iter().copied().filter(reads(*first)).collect();
        for &byte in rest {
            let mut next: Vec<u32> = Vec::new();
            for &position in &here {
                next.extend(self.follow[position as usize].iter().copied().filter(reads(byte)));
            }
            next.sort_unstable();
            next.dedup();
            here = next;
            if here.is_empty() {
                return false;
            }
        }
        here.iter().any(|&position| self.last[position as usize])
    }

    /// The automaton of either language.
    #[must_use]
    pub fn union(parts: &[&Self]) -> Self {
        let mut whole = Self::default();
        for part in parts {
            let offset = u32::try_from(whole.bytes.len()).unwrap_or(u32::MAX);
            let shift = |positions: &[u32]| positions.iter().map(|position| position + offset).collect::<Vec<u32>>();
            whole.bytes.extend(&part.bytes);
            whole.follow.extend(part.follow.iter().map(|follow| shift(follow)));
            whole.first.extend(shift(&part.first));
            whole.last.extend(&part.last);
            whole.nullable |= part.nullable;
            whole.edges += part.edges;
        }
        whole
    }
}

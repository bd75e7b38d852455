//! Questions about sets of origins, decided exactly on automata.
//!
//! Every entry of a policy denotes a regular language. Membership, emptiness, inclusion and difference
//! are all one question: is there a word that some of the automata match and others do not, and which is
//! the shortest? The word is a witness that a person can read.

pub mod byte_set;
pub mod dfa;
mod explore;
pub mod expression;
pub(crate) mod labels;
mod nfa;
#[cfg(feature = "files")]
pub mod portable;
#[cfg(feature = "files")]
pub mod print;
pub mod regex;
pub(crate) mod sent;
pub mod site;
#[cfg(test)]
mod tests;

pub use self::dfa::Dfa;
use self::explore::Walk;
use self::expression::Expression;
pub use self::nfa::Nfa;
use crate::fetch::pattern::OriginPattern;

/// An automaton would exceed its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the automaton would be too large")
    }
}

impl std::error::Error for TooLarge {}

/// A set of origins.
#[derive(Debug, Clone, Default)]
pub struct Language {
    nfa: Nfa,
}

impl Language {
    /// What an expression matches.
    ///
    /// # Errors
    /// Its automaton would be too large.
    pub fn new(expression: &Expression) -> Result<Self, TooLarge> {
        Ok(Self { nfa: Nfa::new(expression)? })
    }

    /// The origins that an entry admits.
    ///
    /// # Errors
    /// Its automaton would be too large.
    pub fn of(pattern: &OriginPattern) -> Result<Self, TooLarge> {
        match pattern {
            OriginPattern::Regex(regex) => Ok(Self::from(&regex.dfa)),
            plain => Self::new(&Expression::from(plain)),
        }
    }

    /// What any of them holds.
    #[must_use]
    pub fn union<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let parts: Vec<&Nfa> = parts.into_iter().map(|part| &part.nfa).collect();
        Self { nfa: Nfa::union(&parts) }
    }

    /// Whether it holds the word.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.nfa.matches(word.as_bytes())
    }

    /// The shortest word that is in all of `within` and in none of `without`.
    ///
    /// # Errors
    /// The walk would be too large.
    pub fn witness(within: &[&Self], without: &[&Self]) -> Result<Option<String>, TooLarge> {
        Self::witness_for(within, without, &mut { usize::MAX })
    }

    /// The same, with what the walk costs taken from `work`, for whoever asks many such questions.
    ///
    /// # Errors
    /// The walk would be too large, or not enough is left of `work`.
    pub(crate) fn witness_for(
        within: &[&Self],
        without: &[&Self],
        work: &mut usize,
    ) -> Result<Option<String>, TooLarge> {
        let parts: Vec<&Nfa> = within.iter().chain(without).map(|part| &part.nfa).collect();
        let walk = Walk::new(&parts);
        let accept =
            |matches: &[bool]| matches.iter().enumerate().all(|(index, &matches)| matches == (index < within.len()));
        let word = walk.shortest(within.len(), accept, work)?;
        Ok(word.map(|word| String::from_utf8_lossy(&word).into_owned()))
    }
}

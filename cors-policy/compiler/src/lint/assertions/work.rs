//! What is spent on the assertions of a file: one budget for all of them, in all environments.

use std::cell::Cell;

use crate::analysis::TooLarge;

/// What may be spent. A position of an automaton, read on by one byte, is one: in all it is a few seconds.
const MOST: usize = 300_000_000;
/// What a walk takes that comes to no end.
const ENDLESS: usize = MOST / 20;
/// What a walk takes before it begins.
const BEGINNING: usize = 2_000;

/// What is left to spend.
#[derive(Debug)]
pub(crate) struct Work(Cell<usize>);

impl Default for Work {
    fn default() -> Self {
        Self(Cell::new(MOST))
    }
}

impl Work {
    #[cfg(test)]
    pub(super) fn of(steps: usize) -> Self {
        Self(Cell::new(steps))
    }

    /// Whether nothing is left. It becomes so by an error, and so that is known of then.
    pub(super) fn is_used_up(&self) -> bool {
        self.0.get() == 0
    }

    /// Takes what something costs.
    ///
    /// # Errors
    /// Not enough is left: now nothing is.
    pub(super) fn spend(&self, cost: usize) -> Result<(), TooLarge> {
        self.0.set(self.0.get().saturating_sub(cost));
        if self.is_used_up() { Err(TooLarge) } else { Ok(()) }
    }

    /// Walks automata, which takes its cost from what it is given.
    ///
    /// # Errors
    /// Not enough is left, or the walk is too large.
    pub(super) fn walk<T>(&self, walk: impl FnOnce(&mut usize) -> Result<T, TooLarge>) -> Result<T, TooLarge> {
        self.spend(BEGINNING)?;
        let mut left = self.0.get();
        let found = walk(&mut left);
        self.0.set(match found {
            Ok(_) => left.max(1),
            Err(TooLarge) => left.saturating_sub(ENDLESS),
        });
        found
    }
}

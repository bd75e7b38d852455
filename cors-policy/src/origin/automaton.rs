//! Origins that a regular expression describes.

use super::text::{strip_prefix, strip_suffix};

/// A regular expression: the text with which its origins begin, the text with which they end, and the
/// minimal deterministic automaton of what stands between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Automaton {
    /// What all of its origins begin with.
    pub prefix: &'static str,
    /// What all of its origins end with, behind the prefix.
    pub suffix: &'static str,
    /// The class of each byte; bytes of one class lead to the same states.
    pub classes: &'static [u8; 256],
    /// The next state for each state and class, row by row. A state is the place where its row begins;
    /// state 0 is the dead one, from which nothing matches.
    pub rows: Rows,
    /// The state in which a match begins.
    pub start: u32,
    /// The first of the states in which a match may end; they are the last ones.
    pub accepting: u32,
}

/// The rows of a table, in numbers that are as small as the table lets them be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Fewer than 2⁸ cells.
    U8(&'static [u8]),
    /// Fewer than 2¹⁶.
    U16(&'static [u16]),
    /// More.
    U32(&'static [u32]),
}

impl Automaton {
    #[inline(always)]
    pub(super) fn matches(&self, origin: &[u8]) -> bool {
        let Some(start) = strip_suffix(origin, self.suffix) else { return false };
        let Some(middle) = strip_prefix(start, self.prefix) else { return false };
        match self.rows {
            Rows::U8(rows) => self.run(rows, middle),
            Rows::U16(rows) => self.run(rows, middle),
            Rows::U32(rows) => self.run(rows, middle),
        }
    }

    #[inline(never)]
    fn run<N: Copy + Into<u32>>(&self, rows: &[N], text: &[u8]) -> bool {
        let mut state = self.start;
        for &byte in text {
            let class = self.classes[usize::from(byte)];
            match rows.get(state as usize + usize::from(class)) {
                Some(&next) if next.into() != 0 => state = next.into(),
                _ => return false,
            }
        }
        state >= self.accepting
    }
}

//! Origins without a wildcard.

use super::hash::eight;
use super::table::Table;
use super::text::are_equal;

/// The origins that are listed as they are, and `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exact {
    /// None.
    None,
    /// A few: eight bytes of an origin say which one it can be.
    Few(Few),
    /// Many, or such as have no eight bytes that tell them apart.
    Many(Table),
}

/// A few origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Few {
    /// Where the eight bytes begin.
    pub at: u16,
    /// The upper half of the product of those bytes, as a number, and the factor is the place of the
    /// origin.
    pub factor: u64,
    /// The origins, each in its place; the other places, of 2ⁿ, are empty.
    pub origins: &'static [&'static str],
}

impl Few {
    /// Whether it is one of them.
    #[inline(always)]
    pub(super) fn contains(&self, origin: &[u8]) -> bool {
        let at = usize::from(self.at);
        let Some(word) = origin.get(at..at + 8) else { return false };
        let place = eight(word).wrapping_mul(self.factor) >> 32;
        let mask = self.origins.len().wrapping_sub(1);
        match self.origins.get(place as usize & mask) {
            Some(known) => known.len() == origin.len() && are_equal(origin, known.as_bytes()),
            None => false,
        }
    }
}

//! Origins without a wildcard.

use super::table::Table;
use super::text::equal;

/// The origins that are listed as they are, and `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exact {
    /// A few: eight bytes of an origin say which one it can be.
    Few(Few),
    /// Many, or such as have no eight bytes that tell them apart.
    Many(Table),
}

/// A few origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Few {
    /// Where the eight bytes begin.
    pub at: usize,
    /// The upper half of the product of those bytes, as a number, and the factor is the place of the
    /// origin.
    pub factor: u64,
    /// The origins, each in its place; the other places, of 2ⁿ, are empty.
    pub origins: &'static [&'static str],
}

impl Exact {
    /// Whether it is one of them.
    #[inline]
    pub(super) fn contains(&self, origin: &[u8]) -> bool {
        match self {
            Self::Few(few) => few.contains(origin),
            Self::Many(table) => table.find(origin).is_some(),
        }
    }
}

impl Few {
    #[inline]
    fn contains(&self, origin: &[u8]) -> bool {
        let Some(word) = origin.get(self.at..).and_then(<[u8]>::first_chunk) else { return false };
        let place = u64::from_le_bytes(*word).wrapping_mul(self.factor) >> 32;
        let mask = self.origins.len().wrapping_sub(1);
        self.origins.get(place as usize & mask).is_some_and(|known| equal(origin, known.as_bytes()))
    }
}

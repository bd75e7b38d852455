//! A set of texts as one perfect hash table.

use super::hash::{bucket, hash, slot};
use super::text::equal;

/// Any number of texts, found by one probe: the compiler has displaced the texts of each bucket until
/// every one has a slot of its own (compress, hash and displace; Belazzougui and others, 2009).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Chooses the hash function; another one than 0 only if two texts had the same hash.
    pub seed: u64,
    /// The displacement of each bucket.
    pub displacements: &'static [u16],
    /// Where the text of each slot begins, and where the last one ends. Some slots are empty.
    pub starts: &'static [u32],
    /// All texts, in the order of their slots.
    pub texts: &'static str,
}

impl Table {
    /// The slot of a text, if it is one of the texts.
    #[inline(always)]
    pub(super) fn find(&self, text: &[u8]) -> Option<usize> {
        let hash = hash(self.seed, text);
        let displacement = *self.displacements.get(bucket(hash, self.displacements.len()))?;
        let slot = slot(hash, displacement, self.starts.len().wrapping_sub(1));
        let (&start, &end) = (self.starts.get(slot)?, self.starts.get(slot + 1)?);
        let known = self.texts.as_bytes().get(start as usize..end as usize)?;
        equal(text, known).then_some(slot)
    }
}

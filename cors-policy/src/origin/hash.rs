//! The hash function of the tables: the compiler places the entries by it, the run time finds them.
//!
//! This file stands twice, in `cors-policy/src/origin/` and in `cors-policy/compiler/src/backend/rust/`,
//! since neither crate can depend on the other; a test of the compiler compares the two.
//!
//! It takes 16 bytes per step: the two halves are xored with the state and a constant, and multiplied;
//! the halves of the product, xored, are the next state. Nobody gains by finding texts of one hash: a
//! look-up is one probe, whatever the text.

/// Odd, and without a pattern in its bits (the fraction of the golden ratio).
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
/// Likewise (the fraction of the square root of 2).
const SPREAD: u64 = 0x6a09_e667_f3bc_c909;

/// The hash of a text. The seed chooses one of many hash functions.
#[inline]
pub(super) fn hash(seed: u64, text: &[u8]) -> u64 {
    let mut state = seed ^ text.len() as u64;
    let Some(last) = text.last_chunk::<16>() else {
        let (head, tail) = halves(text);
        return fold(state ^ head, MIX ^ tail);
    };
    for chunk in text[..text.len() - 1].as_chunks::<16>().0 {
        state = step(state, chunk);
    }
    // It may overlap the chunk before it: that is no harm.
    step(state, last)
}

/// Where the bucket of a hash is, among so many.
#[inline]
pub(super) const fn bucket(hash: u64, buckets: usize) -> usize {
    scale(hash, buckets)
}

/// Where the entry of a hash is, among so many slots, if its bucket is displaced by so much.
#[inline]
pub(super) const fn slot(hash: u64, displacement: u16, slots: usize) -> usize {
    scale((hash ^ (displacement as u64).wrapping_mul(SPREAD)).wrapping_mul(MIX), slots)
}

/// A number below `count` (at most 2³²) from the upper half of a hash.
#[inline]
const fn scale(hash: u64, count: usize) -> usize {
    (((hash >> 32) * count as u64) >> 32) as usize
}

#[inline]
fn step(state: u64, chunk: &[u8; 16]) -> u64 {
    let [head, tail] = *chunk.as_chunks::<8>().0 else { return state };
    fold(state ^ u64::from_le_bytes(head), MIX ^ u64::from_le_bytes(tail))
}

#[inline]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

/// All bytes of a text that is shorter than 16; some of them twice.
#[inline]
pub(super) fn halves(text: &[u8]) -> (u64, u64) {
    match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => (short(text), 0),
    }
}

/// All bytes of a text that is shorter than 8, and no others; some of them twice.
#[inline]
pub(super) fn short(text: &[u8]) -> u64 {
    if let (Some(head), Some(tail)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*head)) | u64::from(u32::from_le_bytes(*tail)) << 32;
    }
    let (Some(&first), Some(&last)) = (text.first(), text.last()) else { return 0 };
    u64::from_le_bytes([first, text[text.len() / 2], last, first, first, first, first, first])
}

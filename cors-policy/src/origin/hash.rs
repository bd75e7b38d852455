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
///
/// Texts of different lengths may have all the same words, and differing first letters must not make up for
/// a differing length: it goes in last, where no letter meets it. So for any two texts some seed will do.
#[inline(always)]
pub(super) fn hash(seed: u64, text: &[u8]) -> u64 {
    words(seed, text) ^ (text.len() as u64).wrapping_mul(SPREAD)
}

#[inline(always)]
fn words(mut state: u64, text: &[u8]) -> u64 {
    // Below 48 bytes, as nearly all are: no loop. The last bytes may overlap those before them, which is
    // no harm.
    match text.len() {
        0..8 => return fold(state ^ few(text), MIX),
        8..16 => return fold(state ^ eight(text), MIX ^ last_eight(text)),
        16..=32 => return step(state, text) ^ step(state ^ SPREAD, &text[text.len() - 16..]),
        33..=48 => state = step(state, text) ^ step(state ^ SPREAD, &text[16..]),
        _ => {
            for chunk in text[..text.len() - 1].as_chunks::<16>().0 {
                state = step(state, chunk);
            }
        }
    }
    step(state, &text[text.len() - 16..])
}

/// Where the bucket of a hash is, among so many: its upper half says.
#[inline]
pub(super) const fn bucket(hash: u64, buckets: usize) -> usize {
    scale((hash >> 32) as u32, buckets)
}

/// Where the entry of a hash is, among so many slots, if its bucket is displaced by so much: the lower half
/// says, moved on by as many times the upper half.
#[inline]
pub(super) const fn slot(hash: u64, displacement: u16, slots: usize) -> usize {
    let stride = (hash >> 32) as u32 | 1;
    scale((hash as u32).wrapping_add(stride.wrapping_mul(displacement as u32)), slots)
}

/// A number below `count` (at most 2³²), as far from 0 as `part` is from 0 among all numbers.
#[inline]
const fn scale(part: u32, count: usize) -> usize {
    ((part as u64 * count as u64) >> 32) as usize
}

/// One step, over the first 16 bytes.
#[inline(always)]
fn step(state: u64, text: &[u8]) -> u64 {
    fold(state ^ eight(text), MIX ^ eight(&text[8..]))
}

#[inline(always)]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

/// The first eight bytes of a text that has so many.
#[inline(always)]
pub(super) fn eight(text: &[u8]) -> u64 {
    u64::from_le_bytes(text.as_chunks().0[0])
}

/// The last eight bytes of a text that has so many.
#[inline(always)]
pub(super) fn last_eight(text: &[u8]) -> u64 {
    eight(&text[text.len() - 8..])
}

/// All bytes of a text that has fewer than eight, and no others; some of them twice.
#[inline(always)]
pub(super) fn few(text: &[u8]) -> u64 {
    if text.len() >= 4 {
        let (head, tail) = (text.as_chunks().0[0], text[text.len() - 4..].as_chunks().0[0]);
        return u64::from(u32::from_le_bytes(head)) | u64::from(u32::from_le_bytes(tail)) << 32;
    }
    let (Some(&first), Some(&last)) = (text.first(), text.last()) else { return 0 };
    u64::from_le_bytes([first, text[text.len() / 2], last, first, first, first, first, first])
}

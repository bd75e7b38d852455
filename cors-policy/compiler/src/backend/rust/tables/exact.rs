//! Origins without a wildcard.

use super::Table;

/// The origins that are listed as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exact {
    /// None.
    None,
    /// A few, told apart by eight bytes.
    Few {
        /// Where the eight bytes begin.
        at: usize,
        /// What they are multiplied by.
        factor: u64,
        /// Each in its place; the other places are empty.
        origins: Vec<String>,
    },
    /// Many.
    Many(Table),
}

/// More are found by their hash: the empty places would be too many.
const FEW: usize = 16;
/// How many factors are tried for each size and place.
const FACTORS: u64 = 100;

impl Exact {
    /// The best table for origins, of which no two are the same.
    #[must_use]
    pub fn new(origins: Vec<String>) -> Self {
        if origins.is_empty() {
            return Self::None;
        }
        Self::few(&origins).unwrap_or_else(|| Self::Many(Table::new(&origins).0))
    }

    fn few(origins: &[String]) -> Option<Self> {
        let shortest = origins.iter().map(String::len).min()?;
        if origins.len() > FEW || shortest < 8 {
            return None;
        }
        let least = origins.len().next_power_of_two();
        let words = |at: usize| -> Vec<u64> { origins.iter().filter_map(|origin| word(origin, at)).collect() };
        let windows: Vec<(usize, Vec<u64>)> =
            (0..=shortest - 8).map(|at| (at, words(at))).filter(|(_, words)| are_distinct(words)).collect();
        [least, least * 2, least * 4].into_iter().find_map(|size| {
            windows.iter().find_map(|(at, words)| {
                let factor = (0..FACTORS).map(factor).find(|&factor| {
                    are_distinct(&words.iter().map(|&word| place(word, factor, size) as u64).collect::<Vec<_>>())
                })?;
                let mut places = vec![String::new(); size];
                for (origin, &word) in origins.iter().zip(words) {
                    places[place(word, factor, size)].clone_from(origin);
                }
                Some(Self::Few { at: *at, factor, origins: places })
            })
        })
    }
}

/// Eight bytes of an origin, as a number.
fn word(origin: &str, at: usize) -> Option<u64> {
    origin.as_bytes().get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// As the run time computes it.
fn place(word: u64, factor: u64, size: usize) -> usize {
    (word.wrapping_mul(factor) >> 32) as usize & (size - 1)
}

/// An odd number without a pattern in its bits.
fn factor(index: u64) -> u64 {
    let mixed = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1
}

fn are_distinct(numbers: &[u64]) -> bool {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}
